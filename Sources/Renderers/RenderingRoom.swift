import Programs
import PromotionModel

/// A copy of a repository's files in a folder that goes with this value, and the renderers that are run over it.
///
/// A renderer sees these files, an empty folder for what it keeps, and no variable of this process. It finds no other
/// program by name, is told of a proxy that is none, and where the system allows it has no network at all.
package struct RenderingRoom: ~Copyable {
    private let programs: RendererPrograms
    private let limits: RenderingLimits
    private let scratch: ScratchFolder
    private let deadline: ContinuousClock.Instant
    /// Whether `unshare` works here.
    package let isCutOff: Bool

    /// What a renderer came to.
    package enum Outcome: Hashable, Sendable {
        case rendered([UInt8])
        /// Why it wrote nothing that counts.
        case failed(String)
    }

    private static let tree = "tree"
    private static let home = "home"

    /// Makes the folder.
    package init(_ programs: RendererPrograms, limits: RenderingLimits = RenderingLimits()) throws {
        let scratch = try ScratchFolder()
        try scratch.makeFolder(Self.tree)
        for name in ["", "/plugins", "/cache", "/config", "/data", "/tmp"] { try scratch.makeFolder(Self.home + name) }
        self.programs = programs
        self.limits = limits
        self.scratch = scratch
        deadline = ContinuousClock.now + limits.totalTimeLimit
        isCutOff = Self.works(programs)
    }

    /// Whether a program can be started without a network.
    private static func works(_ programs: RendererPrograms) -> Bool {
        guard let unshare = programs.unshare, let any = programs.paths.values.min() else { return false }
        do throws(ProgramFailure) {
            let run = try Invocation(
                path: unshare, arguments: cutOff + ["test", "-x", any], variables: ["PATH": "/usr/bin:/bin"], input: [],
                timeLimit: .seconds(5), outputLimit: 1 << 16
            ).run()
            return run.ending == .exited(0)
        } catch {
            return false
        }
    }

    private static let cutOff = ["--user", "--map-current-user", "--net", "--"]

    /// Writes the file at `path`, which is clean: relative, without `.` and `..`.
    package borrowing func write(_ content: [UInt8], to path: String) throws {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        if !folder.isEmpty { try scratch.makeFolder("\(Self.tree)/\(folder)") }
        try scratch.write(content, to: "\(Self.tree)/\(path)")
    }

    /// `kubectl kustomize`, or `kustomize build`, of `folder`.
    ///
    /// Neither plugins nor charts are enabled, and files outside a kustomization's own root stay out of its reach.
    package borrowing func kustomize(_ folder: String) -> Outcome {
        guard let program = programs.paths[.kustomize] else { return .failed(Self.missing(.kustomize)) }
        let isOwn = program.split(separator: "/").last?.hasPrefix("kustomize") == true
        return run(program, [isOwn ? "build" : "kustomize", path(folder)])
    }

    /// `helm template` of a chart in the repository.
    package borrowing func helm(_ request: HelmRequest) -> Outcome {
        guard let program = programs.paths[.helm] else { return .failed(Self.missing(.helm)) }
        let values = "\(Self.home)/values.yaml"
        do {
            try scratch.write(request.values, to: values)
        } catch {
            return .failed("its values could not be written to the temporary folder")
        }
        var arguments = ["template", Self.isName(request.name) ? request.name : "release", path(request.chart)]
        arguments += ["--values", "\(scratch.path)/\(values)"]
        if let namespace = request.namespace, Self.isName(namespace) { arguments += ["--namespace", namespace] }
        return run(program, arguments)
    }

    /// `helmfile template` of the helmfile at `file`, of the environment that it calls `environment`.
    package borrowing func helmfile(_ file: String, environment: String) -> Outcome {
        guard let program = programs.paths[.helmfile] else { return .failed(Self.missing(.helmfile)) }
        guard let helm = programs.paths[.helm] else { return .failed(Self.missing(.helm)) }
        return run(
            program,
            [
                "--file", path(file), "--environment", environment, "--helm-binary", helm, "--no-color", "--quiet",
                "template", "--skip-deps",
            ])
    }

    private static func missing(_ renderer: Renderer) -> String {
        "no \(renderer.rawValue) is there; name one: --\(renderer.rawValue) or \(renderer.variable)"
    }

    private borrowing func path(_ path: String) -> String {
        "\(scratch.path)/\(Self.tree)" + (path.isEmpty ? "" : "/\(path)")
    }

    /// What Kubernetes takes for a name, and no program for an option.
    private static func isName(_ text: String) -> Bool {
        let isWord: (UInt8) -> Bool = { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 53 else { return false }
        return isWord(first) && isWord(last)
            && text.utf8.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
    }

    /// All that a renderer sees of the world.
    ///
    /// The proxy is a port that nothing listens on, for where the network cannot be taken away.
    private var variables: [String: String] {
        let home = "\(scratch.path)/\(Self.home)"
        let nowhere = "http://127.0.0.1:9"
        return [
            "PATH": "\(home)/plugins", "LANG": "C.UTF-8", "TMPDIR": "\(home)/tmp", "KUBECONFIG": "/dev/null",
            "HELM_PLUGINS": "\(home)/plugins", "HELM_CACHE_HOME": "\(home)/cache", "HELM_CONFIG_HOME": "\(home)/config",
            "HELM_DATA_HOME": "\(home)/data", "XDG_CACHE_HOME": "\(home)/cache", "XDG_CONFIG_HOME": "\(home)/config",
            "XDG_DATA_HOME": "\(home)/data", "HELMFILE_DISABLE_INSECURE_FEATURES": "true",
            "HELMFILE_CACHE_HOME": "\(home)/cache", "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere, "ALL_PROXY": nowhere,
            "http_proxy": nowhere, "https_proxy": nowhere, "all_proxy": nowhere,
        ]
    }

    private borrowing func run(_ program: String, _ arguments: [String]) -> Outcome {
        let left = deadline - ContinuousClock.now
        guard left > .zero else {
            return .failed("not reached: all renderers together may take \(limits.totalTimeLimit.components.seconds) s")
        }
        var words = [program] + arguments
        if isCutOff, let unshare = programs.unshare { words = [unshare] + Self.cutOff + words }
        do throws(ProgramFailure) {
            let completion = try Invocation(
                path: words[0], arguments: Array(words.dropFirst()), variables: variables, input: [],
                timeLimit: min(limits.timeLimit, left), outputLimit: limits.outputLimit,
                resources: Invocation.Resources(fileBytes: limits.outputLimit, memoryBytes: limits.memoryLimit)
            ).run()
            guard completion.ending == .exited(0) else {
                return .failed(complaint(completion))
            }
            return .rendered(completion.output)
        } catch {
            switch error {
            case .timedOut: return .failed("took longer than \(limits.timeLimit.components.seconds) s")
            case .tooMuchOutput: return .failed("wrote more than \(limits.outputLimit >> 20) MiB")
            case .notStarted, .lost: return .failed("\(program.printable) \(error)")
            }
        }
    }

    private static let complaintLength = 400

    /// What a program said of its failure, in one line and without the names of temporary folders.
    private borrowing func complaint(_ completion: Completion) -> String {
        let ending: String
        switch completion.ending {
        case .exited(let status): ending = "exit code \(status)"
        case .signalled(let signal): ending = "killed by signal \(signal)"
        }
        let text = String(decoding: completion.errors, as: UTF8.self)
            .replacing("\(scratch.path)/\(Self.tree)/", with: "").replacing("\(scratch.path)/\(Self.tree)", with: ".")
            .replacing("\(scratch.path)/", with: "")
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ").printable
        guard !line.isEmpty else { return ending }
        let cut = line.count > Self.complaintLength ? line.prefix(Self.complaintLength) + "…" : line
        return "\(ending): \(cut)"
    }
}
