package import PromotionModel
package import YAMLSource

/// The values that a release has when all its layers are laid over each other, and the images in them.
package struct ReleaseValues: Sendable {
    /// An artifact in the merged values.
    package struct Value: Hashable, Sendable {
        package let component: String
        package let artifact: Artifact
        /// Where its parts are written, what chooses the content first.
        package let origins: [Place]
    }

    /// In order of appearance.
    package let values: [Value]
    /// What is laid over the chart's own values, as YAML for Helm.
    package let overrides: [UInt8]
    /// Where the layers are, the lowest first.
    package let layers: [Place]
    /// What the layers hold that is not known, or belongs to them and was not seen.
    package let problems: [Problem]

    /// Lays the layers of `release` over each other, those of its chart first where that is in the repository.
    ///
    /// - Parameter configMaps: by name, the data of the ConfigMaps beside the release.
    /// - Throws: ``Problem`` where a layer is missing or cannot be read: the values would be others.
    package init(_ release: Release, in files: SourceFiles, configMaps: ConfigMaps) throws(Problem) {
        var stack = ValuesStack(files: files, configMaps: configMaps)
        var below = MergedValue(.mapping(MergedValue.Pairs()), at: release.place)
        if case .folder(let folder) = release.chart {
            below = try stack.defaults(ofChart: folder, files: release.chartFiles, at: release.place)
        }
        var above = MergedValue(.mapping(MergedValue.Pairs()), at: release.place)
        for layer in release.layers { try stack.lay(layer, over: &above) }
        overrides = MergedText(above, for: .helm).bytes
        below.lay(above, removing: true)
        let text = MergedText(below, for: .towpath)
        var values: [Value] = []
        var problems = release.unseen + stack.unseen
        do {
            let stream = try YAMLStream(bytes: text.bytes, syntax: .json)
            for slot in stream.documents.flatMap({ HelmValuesFormat.slots(in: $0, owner: release.owner) }) {
                let origins = Self.origins(of: slot, in: text, release.place)
                let place = origins.first ?? release.place
                if let unknown = slot.unknownPart {
                    problems.append(
                        Problem(
                            place, unknown.isEncrypted ? "encrypted by SOPS" : "rendered from a template",
                            severity: .skipped))
                    continue
                }
                do throws(Artifact.Malformed) {
                    values.append(Value(component: slot.name, artifact: try slot.artifact(), origins: origins))
                } catch {
                    problems.append(Problem(place, error.description))
                }
            }
        } catch {
            throw Problem(release.place, "the merged values cannot be read: \(error.message)")
        }
        self.values = values
        self.problems = problems
        layers = stack.places
    }

    /// Where the parts of `slot` are written, each place once.
    private static func origins(of slot: ArtifactSlot, in text: MergedText, _ fallback: Place) -> [Place] {
        let nodes: [YAMLNode]
        switch slot.layout {
        case .reference(let node, _), .address(let node, _), .unreadable(let node, _): nodes = [node]
        case .entry(let name, let digest, _, let tag): nodes = [tag, digest, name].compactMap(\.self)
        case .fields(let fields):
            nodes = [fields.digest, fields.tag, fields.repository].compactMap(\.self) + fields.prefixes
        }
        var places: [Place] = []
        for place in nodes.compactMap(text.place) where !places.contains(place) { places.append(place) }
        return places.isEmpty ? [fallback] : places
    }
}

/// The data of ConfigMaps by their names.
package struct ConfigMaps {
    private var data: [String: [String: (YAMLNode, ValuesSource)]] = [:]
    /// Files that a kustomization makes a ConfigMap of.
    private var generated: [String: [String: (String, Place)]] = [:]

    package init() {}

    /// Takes in `document` if it is a ConfigMap, or a kustomization that generates some.
    package mutating func add(_ document: YAMLNode, of source: ValuesSource) {
        if document["kind"]?.equals("ConfigMap") == true, let name = document["metadata"]?["name"]?.text {
            for (key, value) in document["data"]?.mergedPairs ?? [] {
                if let key = key.text { data[name, default: [:]][key] = (value, source) }
            }
        }
        let folder = RepositoryPath.folder(of: source.file)
        for generator in document["configMapGenerator"]?.items.map(\.self) ?? [] {
            guard let name = generator["name"]?.text else { continue }
            for file in generator["files"]?.items.compactMap(\.text) ?? [] {
                let parts = file.split(separator: "=", maxSplits: 1).map(String.init)
                guard let last = parts.last, let path = RepositoryPath.resolve(last, from: folder) else { continue }
                let key = parts.count == 2 ? parts[0] : FileName(path: path).text
                generated[name, default: [:]][key] = (path, source.place(of: generator))
            }
        }
    }

    func text(of name: String, key: String) -> (YAMLNode, ValuesSource)? {
        data[name]?[key]
    }

    func file(of name: String, key: String) -> (String, Place)? {
        generated[name]?[key]
    }

    /// The files that ConfigMaps are made of.
    package var files: [String] {
        generated.values.flatMap { $0.values.map(\.0) }
    }
}

/// Reads layers one by one.
private struct ValuesStack {
    let files: SourceFiles
    let configMaps: ConfigMaps
    private var budget = MergedValue.maximumNodes
    /// Where the layers are, in order.
    private(set) var places: [Place] = []
    private(set) var unseen: [Problem] = []

    init(files: SourceFiles, configMaps: ConfigMaps) {
        self.files = files
        self.configMaps = configMaps
    }

    /// The values that the chart in `folder` has of its own, with those of the charts it brings along.
    mutating func defaults(ofChart folder: String, files named: [String]?, at place: Place) throws(Problem)
        -> MergedValue
    {
        var values = MergedValue(.mapping(MergedValue.Pairs()), at: place)
        for subchart in files.subcharts(of: folder) {
            let path = RepositoryPath.join(subchart.folder, "values.yaml")
            guard let own = try file(path, at: place) else { continue }
            values.lay(own.nested(under: [subchart.name]), removing: true)
        }
        for path in named ?? [RepositoryPath.join(folder, "values.yaml")] {
            guard let own = try file(path, at: place) else {
                guard named != nil else { continue }
                throw Problem(place, "\(path.printable) is not there, which the chart takes its values from")
            }
            values.lay(own, removing: true)
        }
        return values
    }

    mutating func lay(_ layer: Release.Layer, over values: inout MergedValue) throws(Problem) {
        switch layer {
        case .file(let path, let isOptional, let place):
            if let found = try file(path, at: place) {
                values.lay(found, removing: false)
            } else if !isOptional {
                let isTemplate = path.contains("{{")
                throw Problem(
                    place,
                    isTemplate
                        ? "\(path.printable): which file that is, only a renderer knows"
                        : "\(path.printable) is not in the repository, which values are taken from",
                    severity: isTemplate ? .skipped : .error)
            }
        case .values(let node, let source):
            places.append(source.place(of: node))
            values.lay(try value(node, source), removing: false)
        case .text(let node, let source):
            places.append(source.place(of: node))
            if let found = try text(node, source) { values.lay(found, removing: false) }
        case .parameter(let path, let node, let source):
            places.append(source.place(of: node))
            guard values.set(try value(node, source), at: path) else {
                throw Problem(source.place(of: node), "\"\(path.printable)\" is no path of a value")
            }
        case .configMap(let name, let key, let path, let isOptional, let place):
            guard let found = try configMap(name, key, isText: path == nil, at: place) else {
                if !isOptional {
                    unseen.append(
                        Problem(
                            place, "the ConfigMap \(name.printable) with \(key.printable) is not in the repository",
                            severity: .skipped))
                }
                return
            }
            if let path {
                guard values.set(found, at: path) else {
                    throw Problem(place, "\"\(path.printable)\" is no path of a value")
                }
            } else {
                values.lay(found, removing: false)
            }
        }
    }

    private mutating func configMap(
        _ name: String, _ key: String, isText: Bool, at place: Place
    ) throws(Problem) -> MergedValue? {
        if let (node, source) = configMaps.text(of: name, key: key) {
            places.append(source.place(of: node))
            return isText ? try text(node, source) : try value(node, source)
        }
        guard let (path, place) = configMaps.file(of: name, key: key) else { return nil }
        return try file(path, at: place)
    }

    /// What the file at `path` says; `nil` where there is none.
    private mutating func file(_ path: String, at place: Place) throws(Problem) -> MergedValue? {
        guard files.paths.contains(path) else { return nil }
        guard !path.hasSuffix(".gotmpl") else {
            throw Problem(
                place, "\(path.printable) is a template, whose values only helmfile knows", severity: .skipped)
        }
        guard let bytes = files.content(path) else {
            throw Problem(place, "\(path.printable) cannot be read, which values are taken from")
        }
        places.append(Place(file: path))
        let stream = try ManifestReader().stream(bytes, path: path)
        guard let root = stream.documents.first, !root.isNull else {
            return MergedValue(.mapping(MergedValue.Pairs()), at: Place(file: path))
        }
        return try value(root, ValuesSource(file: path))
    }

    private mutating func text(_ node: YAMLNode, _ source: ValuesSource) throws(Problem) -> MergedValue? {
        let text: EmbeddedText
        do {
            text = try EmbeddedText(node)
        } catch {
            throw Problem(source.place(of: node), "the values here are no YAML: \(error.message)")
        }
        guard let root = text.stream.documents.first, !root.isNull else { return nil }
        return try value(root, source.within(text))
    }

    private mutating func value(_ node: YAMLNode, _ source: ValuesSource) throws(Problem) -> MergedValue {
        do {
            return try MergedValue(node, in: source, budget: &budget)
        } catch {
            throw Problem(
                source.place(of: node), "the values have more than \(MergedValue.maximumNodes) nodes in all")
        }
    }
}
