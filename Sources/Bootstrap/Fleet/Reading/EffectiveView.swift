import ManifestFormat
import PromotionModel
import Renderers
import YAMLSource

/// Puts the effective view of one environment together.
struct EffectiveView {
    private let name: EnvironmentName
    private let paths: [String]
    private let rendering: EffectiveRendering
    private let plan: RenderingPlan
    private var artifacts: [EffectiveArtifact] = []
    private var unrendered: Set<Unrendered> = []
    private var releases: [Release] = []
    private var configMaps = ConfigMaps()
    /// Files whose own declarations are no lines of the view.
    private var covered: Set<String> = []
    /// What stands before the components of releases, by file.
    private var owners: [String: Set<String>] = [:]

    init(_ name: EnvironmentName, files paths: [String], rendering: EffectiveRendering) {
        self.name = name
        self.paths = paths
        self.rendering = rendering
        plan = RenderingPlan(claimed: paths, in: rendering.source)
    }

    /// The view, with names that collide told apart.
    var environment: EffectiveEnvironment {
        EffectiveEnvironment(
            name: name,
            artifacts: artifacts.sorted {
                ($0.component, $0.source, $0.artifact.reference) < ($1.component, $1.source, $1.artifact.reference)
            },
            unrendered: unrendered.sorted())
    }

    // MARK: - Kustomize

    /// Renders every kustomization that no other one takes in, and looks for releases in what comes of it.
    mutating func renderKustomizations() {
        var failed: Set<String> = []
        for folder in plan.kustomizations {
            let place = Place(file: RenderingPlan.file(in: folder, rendering.source) ?? folder)
            switch rendering.kustomize(folder) {
            case .rendered(let bytes): take(bytes, of: folder, by: .kustomize, at: place)
            case .failed(let reason):
                failed.insert(folder)
                unrendered.insert(Unrendered(renderer: .kustomize, problem: Problem(place, reason)))
            }
        }
        for path in paths {
            let owner = plan.kustomization(of: path, in: rendering.source)
            if owner != nil { covered.insert(path) }
            // What could not be rendered is looked at as it is written: its releases are known all the same.
            if owner == nil || failed.contains(owner ?? "") { findReleases(inFile: path) }
        }
    }

    /// Takes the objects that a renderer wrote.
    private mutating func take(
        _ bytes: [UInt8], of folder: String, by renderer: RendererName, at place: Place,
        origins: [Artifact: [Place]] = [:], layers: [Place] = []
    ) {
        var limits = YAMLLimits()
        limits.maxBytes = 32 << 20
        limits.maxDocuments = 20_000
        limits.maxNodes = 4_000_000
        let stream: YAMLStream
        do {
            stream = try YAMLStream(bytes: bytes, limits: limits)
        } catch {
            let reason = "its output is no YAML: line \(error.line): \(error.message)"
            unrendered.insert(Unrendered(renderer: renderer, problem: Problem(place, reason)))
            return
        }
        let written = ValuesSource(file: place.file, isRendered: true)
        var found: [Release] = []
        if renderer == .kustomize {
            let reader = ReleaseReader(rendering.source, environment: name)
            for document in stream.documents {
                configMaps.add(document, of: written)
                found += reader.releases(in: document, of: written)
            }
        }
        releases += found
        let owned = Set(found.map(\.owner))
        let contents = ManifestReader(limits: limits).read(bytes, path: RepositoryPath.join(folder, "rendered.yaml"))
        for declaration in contents.found {
            // The values of a release are merged below.
            if Self.isValue(declaration.name, declaration.format, declaration.artifact, of: owned) { continue }
            artifacts.append(
                EffectiveArtifact(
                    component: declaration.name, artifact: declaration.artifact, renderer: renderer, source: place,
                    origins: origins[declaration.artifact] ?? [], layers: layers))
        }
        for problem in contents.problems where problem.severity == .error {
            unrendered.insert(
                Unrendered(renderer: renderer, problem: Problem(place, "its output: \(problem.message)")))
        }
    }

    /// Whether a declaration is one of the values of a release of `owners`, as they stand in the object.
    private static func isValue(
        _ component: String, _ format: String, _ artifact: Artifact, of owners: Set<String>
    ) -> Bool {
        artifact.kind == .image && ["flux", "argocd", "helmfile"].contains(format)
            && owners.contains { component.hasPrefix("\($0)/") }
    }

    // MARK: - Releases

    private mutating func findReleases(inFile path: String) {
        guard path.hasSuffix(".yaml") || path.hasSuffix(".yml"), let bytes = rendering.source.content(path) else {
            return
        }
        // Most files hold none, and are not parsed to see that.
        let text = String(decoding: bytes, as: UTF8.self)
        guard
            ["HelmRelease", "Application", "releases", "ConfigMap", "configMapGenerator"].contains(where: text.contains)
        else { return }
        let source = ValuesSource(file: path)
        let reader = ReleaseReader(rendering.source, environment: name)
        do {
            for document in try YAMLStream(bytes: bytes).documents {
                configMaps.add(document, of: source)
                let found = reader.releases(in: document, of: source)
                releases += found
                owners[path, default: []].formUnion(found.map(\.owner))
            }
        } catch {
            // Whoever reads what the file declares tells of it.
            return
        }
    }

    /// Runs the operator's helmfile over the helmfiles that may be run, in place of merging their values.
    mutating func renderHelmfiles() {
        guard rendering.has(.helmfile) else { return }
        for path in plan.helmfiles where !covered.contains(path) {
            let place = Place(file: path)
            guard let bytes = rendering.source.content(path) else { continue }
            if let reason = HelmfileSafety.objection(to: bytes, at: path, in: rendering.source) {
                unrendered.insert(Unrendered(renderer: .helmfile, problem: Problem(place, reason)))
                continue
            }
            let environment = HelmfileSafety.environment(name.description, in: bytes)
            switch rendering.helmfile(path, environment: environment) {
            case .rendered(let output):
                let own = releases.filter { $0.place.file == path }
                releases.removeAll { $0.place.file == path }
                covered.formUnion(own.flatMap(\.files))
                take(output, of: RepositoryPath.folder(of: path), by: .helmfile, at: place)
            case .failed(let reason):
                unrendered.insert(Unrendered(renderer: .helmfile, problem: Problem(place, reason)))
            }
        }
    }

    /// Merges the values of every release, and has `helm` render those whose chart is in the repository.
    mutating func renderReleases() {
        let installed = Set(releases.map(\.chart))
        for (folder, values) in plan.charts where !installed.contains(.folder(folder)) {
            releases.append(Release(ofChart: folder, files: values))
        }
        for release in releases {
            covered.formUnion(release.files)
            render(release)
        }
        covered.formUnion(configMaps.files)
        let charts = releases.compactMap { release in
            if case .folder(let folder) = release.chart { folder } else { nil }
        }
        covered.formUnion(paths.filter { path in charts.contains { $0.isEmpty || path.hasPrefix("\($0)/") } })
    }

    private mutating func render(_ release: Release) {
        let merged: ReleaseValues
        do {
            merged = try ReleaseValues(release, in: rendering.source, configMaps: configMaps)
        } catch {
            unrendered.insert(Unrendered(renderer: .values, problem: error))
            return
        }
        for problem in merged.problems { unrendered.insert(Unrendered(renderer: .values, problem: problem)) }
        if case .folder(let folder) = release.chart {
            let request = HelmRequest(
                chart: folder, name: release.name, namespace: release.namespace, values: merged.overrides)
            switch rendering.helm(request) {
            case .rendered(let output):
                let origins = Dictionary(merged.values.map { ($0.artifact, $0.origins) }) { first, _ in first }
                take(output, of: folder, by: .helm, at: release.place, origins: origins, layers: merged.layers)
                return
            case .failed(let reason):
                let note = rendering.has(.helm) ? reason : "\(reason); its values alone are shown"
                unrendered.insert(
                    Unrendered(
                        renderer: .helm,
                        problem: Problem(release.place, note, severity: rendering.has(.helm) ? .error : .skipped)))
                guard !rendering.has(.helm) else { return }
            }
        } else if case .elsewhere(let chart) = release.chart {
            let reason = "the chart \(chart.printable) is not in this repository; its values alone are shown"
            unrendered.insert(
                Unrendered(renderer: .helm, problem: Problem(release.place, reason, severity: .skipped)))
        }
        artifacts += merged.values.map { value in
            EffectiveArtifact(
                component: value.component, artifact: value.artifact, renderer: .values, source: release.place,
                origins: value.origins, layers: merged.layers)
        }
    }

    // MARK: - What nothing renders

    /// Adds what `declared` says in files that no renderer takes.
    mutating func keep(_ declared: DeclaredEnvironment) {
        for declaration in declared.declarations where !covered.contains(declaration.place.file) {
            let owners = owners[declaration.place.file] ?? []
            let component = declaration.component.description
            if Self.isValue(component, declaration.format, declaration.artifact, of: owners) { continue }
            artifacts.append(
                EffectiveArtifact(
                    component: component, artifact: declaration.artifact, renderer: .none, source: declaration.place,
                    origins: [declaration.place], layers: []))
        }
        noteUnused(declared)
        for problem in declared.problems where problem.severity != .warning && !covered.contains(problem.place.file) {
            unrendered.insert(Unrendered(renderer: .none, problem: problem))
        }
    }

    /// Names the images of kustomizations that were rendered and are in no object.
    private mutating func noteUnused(_ declared: DeclaredEnvironment) {
        let failed = Set(unrendered.filter { $0.renderer == .kustomize }.map(\.problem.place.file))
        let known = Set(artifacts.map(\.artifact.repository))
        for declaration in declared.declarations where declaration.format == "kustomize" {
            let path = declaration.place.file
            guard declaration.artifact.kind == .image, covered.contains(path), !failed.contains(path),
                !known.contains(declaration.artifact.repository),
                plan.kustomizations.contains(RepositoryPath.folder(of: path))
            else { continue }
            let reason = "\(declaration.artifact.repository) is in no object that kustomize writes"
            unrendered.insert(
                Unrendered(renderer: .kustomize, problem: Problem(declaration.place, reason, severity: .skipped)))
        }
    }
}
