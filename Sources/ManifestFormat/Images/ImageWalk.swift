import YAMLSource

/// Walks a tree in which images may be anywhere, and names what it finds by its path.
struct ImageWalk {
    /// How deep in the tree, and how it is called.
    struct Position {
        /// What stands before the path in a component's name, such as `Rollout/web`; empty for none.
        var owner = ""
        /// Keys and indices, `web.image`, `jobs[0].image`; below a named item of an object, from that item on.
        var path = ""
        /// The key of the node, or of the list that it is an item of.
        var key = ""
        /// The key above that.
        var parentKey = ""
        /// Whether the node is a container, whose `image` may be a bare word and whose name is the component's.
        var isContainer = false

        fileprivate func name(_ key: String?) -> String {
            let path = key.map { self.path.isEmpty ? $0 : "\(self.path).\($0)" } ?? self.path
            if path.isEmpty { return owner.isEmpty ? "image" : owner }
            return owner.isEmpty ? path : "\(owner)/\(path)"
        }
    }

    /// Whether lists of named items are walked by their names, as in objects of an API.
    let namesItems: Bool
    /// Whether a template's expression is left to whoever runs the object, and no problem.
    var ignoresTemplates = false
    private(set) var slots: [ArtifactSlot] = []

    init(namesItems: Bool = false, ignoresTemplates: Bool = false) {
        self.namesItems = namesItems
        self.ignoresTemplates = ignoresTemplates
    }

    /// Lists whose items are containers.
    private static let containerLists: Set<String> = [
        "containers", "initContainers", "ephemeralContainers", "steps", "sidecars",
    ]
    /// Mappings that are containers.
    private static let containers: Set<String> = ["container", "script"]

    /// Collects the images at and below `node`.
    mutating func walk(_ node: YAMLNode, at position: Position = Position()) {
        switch node.kind {
        case .scalar: return
        case .sequence: walkItems(of: node, at: position)
        case .mapping: walkPairs(of: node, at: position)
        }
    }

    private mutating func walkItems(of node: YAMLNode, at position: Position) {
        let holdsContainers = namesItems && Self.containerLists.contains(position.key)
        // An alias repeats values; a container that repeats another one is a container all the same.
        for (index, item) in node.items.enumerated() where !item.isAlias || holdsContainers {
            var below = position
            below.isContainer = holdsContainers
            let name = item["name"]?.text
            if namesItems, let name = name ?? (below.isContainer ? "\(index)" : nil), !name.isEmpty {
                below.owner += "/\(name)"
                below.path = ""
            } else {
                below.path += "[\(index)]"
            }
            if item.kind == .scalar, item.text.map(ImageShapes.isFullReference) == true, isListed(position) {
                add(below.name(nil), .reference(item))
            }
            walk(item, at: below)
        }
    }

    private mutating func walkPairs(of node: YAMLNode, at position: Position) {
        if let layout = ImageShapes.image(in: node, under: position.key) { add(position.name(nil), layout) }
        // Of a key written twice the last value counts, as for every reader of values.
        for (key, value) in node.mergedPairs where !value.isMerged {
            guard let key = key.text, !value.isAlias || position.isContainer else { continue }
            guard value.isOneValue else {
                var below = position
                below.path = position.path.isEmpty ? key : "\(position.path).\(key)"
                below.parentKey = position.key
                below.key = key
                below.isContainer = namesItems && Self.containers.contains(key)
                if below.isContainer { below.path = position.path }
                walk(value, at: below)
                continue
            }
            if position.isContainer, key == "image" {
                if !value.isNull, value.text != "" { add(position.name(nil), .reference(value)) }
            } else if let layout = ImageShapes.image(named: value, under: key, in: node) {
                add(position.name(key), layout)
            } else if isListed(position), value.text.map(ImageShapes.isFullReference) == true {
                add(position.name(key), .reference(value))
            }
        }
    }

    /// Whether `position` is a list or a mapping of nothing but images: `images:`, and `images: {tags: …}`.
    private func isListed(_ position: Position) -> Bool {
        position.key == "images" || position.key.hasSuffix("Images") || position.key.hasSuffix("_images")
            || position.key == "tags" && position.parentKey == "images"
    }

    private mutating func add(_ name: String, _ layout: ArtifactSlot.Layout) {
        let slot = ArtifactSlot(name: name, layout: layout)
        guard !namesItems || !slot.isSubstituted else { return }
        if ignoresTemplates, slot.template != nil { return }
        slots.append(slot)
    }
}

extension ArtifactSlot {
    /// Whether a part is a parameter, `$(params.image)`, whose value is not known before the object is run.
    var isSubstituted: Bool {
        switch layout {
        case .reference(let node, _), .address(let node, _): node.text?.contains("$(") == true
        case .fields(let fields):
            [fields.repository, fields.tag].contains { $0?.text?.contains("$(") == true }
        }
    }
}
