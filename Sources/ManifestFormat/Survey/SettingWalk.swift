import PromotionModel
import YAMLSource

/// Walks one object and collects its settings, and which of them are secrets in plain text.
struct SettingWalk {
    /// What stands in place of a value that is a secret in plain text.
    static let secretText = "(secret)"
    /// What stands in place of an encrypted value: two ciphers tell nothing of what they hide.
    static let encryptedText = "(encrypted)"

    /// Where in an object the walk is.
    private struct Position {
        var path: String
        /// The key that names the value.
        var key: String
        /// What a value here is to the search for secrets.
        var scope: SecretScope
        var isRoot = false
        /// Whether the next segment is the first one.
        var isFirst = false
        /// A key that stands in the path already.
        var titleKey: String?
    }

    private(set) var settings: SettingCollection
    private(set) var plainSecrets: [ManifestSurvey.PlainSecret] = []
    private let blanked: Set<Range<Int>>
    private let file: String

    /// - Parameter blanked: the bytes of the values that make up artifacts.
    init(settings: SettingCollection, blanked: Set<Range<Int>>, file: String) {
        self.settings = settings
        self.blanked = blanked
        self.file = file
    }

    /// Collects from `object`, whose settings' paths begin with `prefix`.
    mutating func walk(_ object: ManifestObject, prefix: String) throws(Problem) {
        guard !object.node.isNull else { return }
        let place = place(of: object.node)
        var root = Position(
            path: try settings.path(prefix, ":", at: place), key: "", scope: SecretScope(of: object), isRoot: true,
            isFirst: true)
        root.titleKey = object.isTitled ? "kind" : nil
        try walk(object.node, at: root)
    }

    /// Never deeper than a stream may nest.
    private mutating func walk(_ node: YAMLNode, at position: Position) throws(Problem) {
        switch node.kind {
        case .scalar: try scalar(node, text: node.text ?? "", at: position)
        case .sequence: try sequence(node, at: position)
        case .mapping: try mapping(node, at: position)
        }
    }

    private mutating func scalar(_ node: YAMLNode, text: String, at position: Position) throws(Problem) {
        guard !blanked.contains(node.byteRange) else { return }
        // The search for secrets reads all of a text, as often as aliases repeat it.
        try settings.charge(text.utf8.count, at: place(of: node))
        var text = text
        // A reader of its own gives `!vault x` and `!env x` their meaning.
        let isTagged = node.tag.map { !$0.hasPrefix("tag:yaml.org,2002:") } ?? false
        switch isTagged ? .harmless : position.scope.judge(text, key: position.key) {
        case .encrypted: text = Self.encryptedText
        case .plain(let reason):
            text = Self.secretText
            plainSecrets.append(
                ManifestSurvey.PlainSecret(place: place(of: node), path: position.path, reason: reason))
        case .harmless: break
        }
        try settings.add(position.path, text, at: place(of: node))
    }

    private mutating func mapping(_ node: YAMLNode, at position: Position) throws(Problem) {
        let pairs = node.mergedPairs.filter { !$0.value.isNull }
        guard !pairs.isEmpty else { return try settings.add(position.path, "{}", at: place(of: node)) }
        // `{name: DB_PASSWORD, value: x}`: the name says what the value is.
        let valueName = ManifestObject.scalar(node["name"]) ?? ManifestObject.scalar(node["key"])
        for (key, value) in pairs {
            let text = key.text ?? "?"
            if text == position.titleKey { continue }
            if position.isRoot, SecretScope.isSOPSMetadata(value, key: text) { continue }
            var below = position
            below.path = try settings.path(
                position.path, SettingPath.segment(key: text, isFirst: position.isFirst), at: place(of: value))
            below.key = text == "value" ? valueName ?? text : text
            below.scope = position.scope.below(text, isRoot: position.isRoot)
            below.isRoot = false
            below.isFirst = false
            below.titleKey = position.isRoot && position.titleKey != nil && text == "metadata" ? "name" : nil
            try walk(value, at: below)
        }
    }

    private mutating func sequence(_ node: YAMLNode, at position: Position) throws(Problem) {
        guard node.items.contains(where: { _ in true }) else {
            return try settings.add(position.path, "[]", at: place(of: node))
        }
        var below = position
        below.isRoot = false
        below.isFirst = false
        switch ListIdentity(of: node, under: position.key) {
        case .key(let key, let names):
            for (item, name) in zip(node.items, names) {
                below.path = try path(position, name, at: item)
                below.titleKey = key
                let before = settings.count
                try walk(item, at: below)
                // An item with nothing but its name, or its artifact, still is there.
                if settings.count == before, let value = item[key], !blanked.contains(value.byteRange) {
                    try settings.add(below.path + "." + key, name, at: place(of: item))
                }
            }
        case .assignments(let found):
            for (item, assignment) in zip(node.items, found) {
                below.path = try path(position, assignment.name, at: item)
                below.key = assignment.name
                try scalar(item, text: assignment.value, at: below)
            }
        case .index:
            below.titleKey = nil
            for (index, item) in node.items.enumerated() where !item.isNull {
                below.path = try path(position, "\(index)", at: item)
                try walk(item, at: below)
            }
        }
    }

    private func path(_ position: Position, _ name: String, at item: YAMLNode) throws(Problem) -> String {
        try settings.path(position.path, SettingPath.bracketed(name), at: place(of: item))
    }

    private func place(of node: YAMLNode) -> Place {
        Place(file: file, line: node.line, column: node.column)
    }
}
