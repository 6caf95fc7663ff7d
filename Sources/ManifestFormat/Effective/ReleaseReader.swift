package import PromotionModel
package import YAMLSource

/// Finds releases of charts in what Argo CD, Flux and helmfile are told.
package struct ReleaseReader {
    private let files: SourceFiles
    /// Fills in for the environment's name where a helmfile leaves it open.
    private let environment: EnvironmentName

    package init(_ files: SourceFiles, environment: EnvironmentName) {
        self.files = files
        self.environment = environment
    }

    /// The releases that `document` declares.
    package func releases(in document: YAMLNode, of source: ValuesSource) -> [Release] {
        let manifest = ManifestDocument(document, in: FileName(path: source.file))
        if let items = manifest.items { return items.flatMap { releases(in: $0.root, of: source) } }
        switch (manifest.group, manifest.kind) {
        case ("argoproj.io", "Application"):
            return application(document["spec"], owner: manifest.title, at: document, source)
        case ("argoproj.io", "ApplicationSet"):
            return application(document["spec"]?["template"]?["spec"], owner: manifest.title, at: document, source)
        case ("helm.toolkit.fluxcd.io", "HelmRelease"):
            return [flux(document, owner: manifest.title, source)].compactMap(\.self)
        default:
            guard !source.isRendered, HelmfileFormat().recognizes(manifest) else { return [] }
            return document["releases"]?.items.compactMap { helmfile($0, source) } ?? []
        }
    }

    // MARK: - Argo CD

    private func application(
        _ spec: YAMLNode?, owner: String, at document: YAMLNode, _ source: ValuesSource
    ) -> [Release] {
        guard let spec else { return [] }
        if let only = spec["source"] {
            return [argoCD(only, spec: spec, owner: owner, at: document, source)].compactMap(\.self)
        }
        return (spec["sources"]?.items.map(\.self) ?? []).enumerated().compactMap { index, item in
            let name = ["name", "ref", "chart"].lazy.compactMap { item[$0]?.text }.first ?? "\(index)"
            return argoCD(item, spec: spec, owner: "\(owner)/\(name)", at: document, source)
        }
    }

    private func argoCD(
        _ item: YAMLNode, spec: YAMLNode, owner: String, at document: YAMLNode, _ source: ValuesSource
    ) -> Release? {
        let place = source.place(of: item)
        let folder = item["path"]?.text.flatMap { RepositoryPath.resolve($0, from: "") }
        let chart: Release.Chart
        if let name = item["chart"]?.text {
            chart = .elsewhere(name)
        } else if let folder, files.charts.contains(folder) {
            chart = .folder(folder)
        } else if item["helm"] != nil {
            chart = .elsewhere(item["path"]?.text ?? "")
        } else {
            return nil
        }
        let helm = item["helm"]
        let isOptional = helm?["ignoreMissingValueFiles"]?.equals("true") == true
        var layers: [Release.Layer] = []
        for file in helm?["valueFiles"]?.items.map(\.self) ?? [] {
            let text = file.text ?? ""
            // `$name/path` is a path in the source of that name: this repository, as far as can be told.
            let path =
                text.hasPrefix("$")
                ? text.firstIndex(of: "/").flatMap { RepositoryPath.resolve(String(text[$0...]), from: "") }
                : RepositoryPath.resolve(text, from: folder ?? "")
            layers.append(.file(path ?? text, isOptional: isOptional, at: source.place(of: file)))
        }
        if let values = helm?["values"], values.isDeclared { layers.append(.text(values, source)) }
        if let values = helm?["valuesObject"] { layers.append(.values(values, source)) }
        for parameter in helm?["parameters"]?.items.map(\.self) ?? [] {
            guard let name = parameter["name"]?.text, let value = parameter["value"] else { continue }
            layers.append(.parameter(name, value, source))
        }
        return Release(
            owner: owner, name: helm?["releaseName"]?.text ?? document["metadata"]?["name"]?.text ?? "",
            namespace: spec["destination"]?["namespace"]?.text, chart: chart, layers: layers, place: place)
    }

    // MARK: - Flux

    private func flux(_ document: YAMLNode, owner: String, _ source: ValuesSource) -> Release? {
        guard let spec = document["spec"], spec.kind == .mapping else { return nil }
        let chartSpec = spec["chart"]?["spec"]
        let isHere = chartSpec?["sourceRef"]?["kind"]?.equals("GitRepository") == true
        let name = chartSpec?["chart"]?.text ?? spec["chartRef"]?["name"]?.text ?? ""
        let folder = isHere ? RepositoryPath.resolve(name, from: "") : nil
        let chart = folder.flatMap { files.charts.contains($0) ? Release.Chart.folder($0) : nil } ?? .elsewhere(name)
        var chartFiles: [String]?
        if isHere, let list = chartSpec?["valuesFiles"] {
            chartFiles = list.items.compactMap { $0.text.flatMap { RepositoryPath.resolve($0, from: "") } }
        }
        var layers: [Release.Layer] = []
        var unseen: [Problem] = []
        for item in spec["valuesFrom"]?.items.map(\.self) ?? [] {
            let name = item["name"]?.text ?? ""
            guard item["kind"]?.equals("ConfigMap") == true else {
                unseen.append(
                    Problem(
                        source.place(of: item),
                        "values of the \(item["kind"]?.text ?? "object") \(name) are not looked into",
                        severity: .skipped))
                continue
            }
            layers.append(
                .configMap(
                    name, key: item["valuesKey"]?.text ?? "values.yaml", path: item["targetPath"]?.text,
                    isOptional: item["optional"]?.equals("true") == true, at: source.place(of: item)))
        }
        if let values = spec["values"] { layers.append(.values(values, source)) }
        return Release(
            owner: owner, name: spec["releaseName"]?.text ?? document["metadata"]?["name"]?.text ?? "",
            namespace: spec["targetNamespace"]?.text ?? document["metadata"]?["namespace"]?.text, chart: chart,
            chartFiles: chartFiles, layers: layers, place: source.place(of: document), unseen: unseen)
    }

    // MARK: - helmfile

    private func helmfile(_ item: YAMLNode, _ source: ValuesSource) -> Release? {
        guard item.kind == .mapping, !item.isTemplate, let name = item["name"]?.text else { return nil }
        let folder = RepositoryPath.folder(of: source.file)
        let text = item["chart"]?.text ?? ""
        let isHere = text.hasPrefix(".") || text.hasPrefix("/")
        let path = isHere ? RepositoryPath.resolve(text, from: folder) : nil
        let chart = path.flatMap { files.charts.contains($0) ? Release.Chart.folder($0) : nil } ?? .elsewhere(text)
        let handler = item["missingFileHandler"]?.text
        let isOptional = handler != nil && handler != "Error"
        var layers: [Release.Layer] = []
        for value in item["values"]?.items.map(\.self) ?? [] {
            if value.kind == .mapping, !value.isTemplate {
                layers.append(.values(value, source))
            } else if let file = value.text {
                let filled = filled(file, release: name)
                layers.append(
                    .file(
                        RepositoryPath.resolve(filled, from: folder) ?? filled, isOptional: isOptional,
                        at: source.place(of: value)))
            }
        }
        for parameter in item["set"]?.items.map(\.self) ?? [] {
            guard let path = parameter["name"]?.text, let value = parameter["value"] else { continue }
            layers.append(.parameter(path, value, source))
        }
        var unseen: [Problem] = []
        if let secrets = item["secrets"], secrets.items.contains(where: { _ in true }) {
            unseen.append(
                Problem(source.place(of: secrets), "values that are secrets are not looked into", severity: .skipped))
        }
        return Release(
            owner: name, name: name, namespace: item["namespace"]?.text, chart: chart, layers: layers,
            place: source.place(of: item), unseen: unseen)
    }

    /// `text` with the two expressions of helmfile whose value is known here.
    private func filled(_ text: String, release: String) -> String {
        var text = text
        for (expression, value) in [(".Environment.Name", environment.description), (".Release.Name", release)] {
            for form in ["{{ \(expression) }}", "{{\(expression)}}", "{{` {{ \(expression) }} `}}"] {
                text = text.replacing(form, with: value)
            }
        }
        return text
    }
}
