import ManifestFormat
import Observing
import PromotionModel
import Renderers

/// Renders environments, each folder by what lies in it.
final class EffectiveRendering {
    private let files: CommitFiles
    let source: SourceFiles
    private let programs: RendererPrograms
    /// Made when the first renderer is run.
    private var room: Room?
    /// What was rendered before, for folders that several environments have.
    private var kustomized: [String: RenderingRoom.Outcome] = [:]
    private var templated: [HelmRequest: RenderingRoom.Outcome] = [:]

    private enum Room {
        case ready(Box)
        case unusable(String)
    }

    /// Holds a value that cannot be copied.
    private final class Box {
        let room: RenderingRoom

        init(_ room: consuming RenderingRoom) {
            self.room = room
        }
    }

    init(_ files: CommitFiles, programs: RendererPrograms) throws {
        self.files = files
        source = files.source
        self.programs = programs
    }

    /// Whether renderers had no network; `nil` where none ran.
    var isCutOff: Bool? {
        if case .ready(let box)? = room { box.room.isCutOff } else { nil }
    }

    /// Runs `body` in the folder with all files; a program that is not there needs none.
    private func inRoom(
        for renderer: Renderer, _ body: (borrowing RenderingRoom) -> RenderingRoom.Outcome
    ) -> RenderingRoom.Outcome {
        guard programs.paths[renderer] != nil else {
            return .failed("no \(renderer.rawValue) is there; name one: --\(renderer.rawValue) or \(renderer.variable)")
        }
        if room == nil {
            do {
                let made = try RenderingRoom(programs)
                try files.write(to: made)
                room = .ready(Box(made))
            } catch let problem as Problem {
                room = .unusable(problem.message)
            } catch {
                room = .unusable("the files could not be written to the temporary folder")
            }
        }
        switch room {
        case .ready(let box)?: return body(box.room)
        case .unusable(let reason)?: return .failed(reason)
        case nil: return .failed("there is no temporary folder")
        }
    }

    func kustomize(_ folder: String) -> RenderingRoom.Outcome {
        if let known = kustomized[folder] { return known }
        let outcome = inRoom(for: .kustomize) { $0.kustomize(folder) }
        kustomized[folder] = outcome
        return outcome
    }

    func helm(_ request: HelmRequest) -> RenderingRoom.Outcome {
        if let known = templated[request] { return known }
        let outcome = inRoom(for: .helm) { $0.helm(request) }
        templated[request] = outcome
        return outcome
    }

    func helmfile(_ file: String, environment: String) -> RenderingRoom.Outcome {
        inRoom(for: .helmfile) { $0.helmfile(file, environment: environment) }
    }

    /// Whether the operator has a program for `renderer`.
    func has(_ renderer: Renderer) -> Bool {
        programs.paths[renderer] != nil
    }

    /// What the environment of `declared`, which has the files at `paths`, comes to.
    func environment(_ declared: DeclaredEnvironment, files paths: [String]) -> EffectiveEnvironment {
        var view = EffectiveView(declared.name, files: paths, rendering: self)
        view.renderKustomizations()
        view.renderHelmfiles()
        view.renderReleases()
        view.keep(declared)
        return view.environment
    }
}
