import PromotionModel
package import YAMLSource

/// Where the nodes of one layer of values are written.
package struct ValuesSource: Sendable {
    /// Path of the file; of what a program wrote, that of the folder it was given.
    package let file: String
    /// The scalar whose text holds the nodes; `nil` where they stand in the file itself.
    package var text: EmbeddedText?
    /// Whether a program wrote the text, so that its lines are nowhere in the repository.
    package let isRendered: Bool

    package init(file: String, text: EmbeddedText? = nil, isRendered: Bool = false) {
        self.file = file
        self.text = text
        self.isRendered = isRendered
    }

    /// The same source, for nodes in `text`.
    func within(_ text: EmbeddedText) -> ValuesSource {
        ValuesSource(file: file, text: text, isRendered: isRendered)
    }

    /// Where people find `node`.
    func place(of node: YAMLNode) -> Place {
        guard !isRendered else { return Place(file: file) }
        return Place(
            file: file, line: text?.line(node.line) ?? node.line, column: text?.column(node.column) ?? node.column)
    }
}

/// Values of a chart as several layers make them, each with the place that it comes from.
///
/// The rules are Helm's: mappings merge, everything else replaces, and null takes away.
struct MergedValue: Sendable {
    enum Content: Sendable {
        case null
        case scalar(YAMLNode)
        case mapping(Pairs)
        case sequence([MergedValue])
    }

    /// A mapping, in order of first appearance.
    struct Pairs: Sendable {
        private(set) var keys: [String] = []
        private var values: [String: MergedValue] = [:]

        subscript(key: String) -> MergedValue? {
            get { values[key] }
            set {
                if values[key] == nil, newValue != nil { keys.append(key) }
                if newValue == nil { keys.removeAll { $0 == key } }
                values[key] = newValue
            }
        }
    }

    /// Values of more nodes than any chart has.
    struct TooLarge: Error {}

    /// How many nodes all layers of a release may have, aliases followed.
    static let maximumNodes = 200_000

    var content: Content
    let place: Place

    init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }

    /// What `node` says, aliases and merge keys followed.
    ///
    /// - Throws: ``TooLarge`` where `budget` nodes do not do.
    init(_ node: YAMLNode, in source: ValuesSource, budget: inout Int) throws(TooLarge) {
        budget -= 1
        guard budget >= 0 else { throw TooLarge() }
        place = source.place(of: node)
        if node.isTemplate || node.kind == .scalar {
            content = node.isNull ? .null : .scalar(node)
        } else if node.kind == .sequence {
            var items: [MergedValue] = []
            for item in node.items { items.append(try MergedValue(item, in: source, budget: &budget)) }
            content = .sequence(items)
        } else {
            var pairs = Pairs()
            for (key, value) in node.mergedPairs {
                guard let key = key.text else { continue }
                pairs[key] = try MergedValue(value, in: source, budget: &budget)
            }
            content = .mapping(pairs)
        }
    }

    /// The value under `keys`, from the outside in: `{a: {b: value}}`.
    func nested(under keys: [String]) -> MergedValue {
        keys.reversed().reduce(self) { value, key in
            var pairs = Pairs()
            pairs[key] = value
            return MergedValue(.mapping(pairs), at: value.place)
        }
    }

    /// Lays `upper` over this value.
    ///
    /// - Parameter removing: whether null takes a key away, as over a chart's own values; between the layers of who
    ///   installs it, null stays, since a later layer may bring the chart's values back.
    mutating func lay(_ upper: MergedValue, removing: Bool) {
        guard case .mapping(var lower) = content, case .mapping(let pairs) = upper.content else {
            self = upper
            return
        }
        for key in pairs.keys {
            guard let value = pairs[key] else { continue }
            if removing, case .null = value.content {
                lower[key] = nil
            } else if var below = lower[key] {
                below.lay(value, removing: removing)
                lower[key] = below
            } else {
                lower[key] = value
            }
        }
        content = .mapping(lower)
    }

    /// Sets the value at `path`, `web.image.tag` or `jobs[0].tag`, as `--set` does; false where that is no path.
    mutating func set(_ value: MergedValue, at path: String) -> Bool {
        guard let steps = Self.steps(path), !steps.isEmpty else { return false }
        put(value, at: steps[...])
        return true
    }

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// The most items that a parameter may make a list have.
    private static let maximumIndex = 1_000

    private mutating func put(_ value: MergedValue, at steps: ArraySlice<Step>) {
        guard let step = steps.first else {
            self = value
            return
        }
        switch step {
        case .key(let key):
            var pairs = Pairs()
            if case .mapping(let own) = content { pairs = own }
            var child = pairs[key] ?? MergedValue(.null, at: value.place)
            child.put(value, at: steps.dropFirst())
            pairs[key] = child
            content = .mapping(pairs)
        case .index(let index):
            var items: [MergedValue] = []
            if case .sequence(let own) = content { items = own }
            while items.count <= index { items.append(MergedValue(.null, at: value.place)) }
            items[index].put(value, at: steps.dropFirst())
            content = .sequence(items)
        }
    }

    /// The steps of a path whose keys are joined by dots; `\.` is a dot in a key.
    private static func steps(_ path: String) -> [Step]? {
        var steps: [Step] = []
        var key = ""
        var rest = path[...]
        func close() -> Bool {
            if !key.isEmpty { steps.append(.key(key)) }
            key = ""
            return !steps.isEmpty
        }
        while let character = rest.popFirst() {
            switch character {
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                key.append(escaped)
            case ".": guard close() else { return nil }
            case "[":
                guard close(), let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]),
                    (0...maximumIndex).contains(index)
                else { return nil }
                steps.append(.index(index))
                rest = rest[rest.index(after: end)...]
            default: key.append(character)
            }
        }
        return close() ? steps : nil
    }
}
