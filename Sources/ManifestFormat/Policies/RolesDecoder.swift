import PromotionModel
import YAMLSource

/// `kind: Roles`: who belongs to which role, and which addresses are one person.
enum RolesDecoder {
    static let specFields = ["roles", "people"]
    static let personFields = ["name", "addresses"]

    static func add(_ root: FieldReader, to policies: inout Policies) throws(Problem) {
        let spec = try FieldReader(filled: try root.required("spec"), file: root.file, known: specFields)
        if root.optional("metadata") != nil { _ = try PolicyDecoder.name(root) }
        let roles = try self.roles(spec)
        let aliases = try people(spec)
        guard !roles.isEmpty || !aliases.isEmpty else {
            throw spec.problem("expected \"roles\", \"people\" or both")
        }
        var file = Policies(
            people: People(
                roles: Dictionary(roles.map { ($0.name, $0.members) }) { first, _ in first }, aliases: aliases))
        file.roles = roles
        policies.add(file)
    }

    private static func roles(_ spec: FieldReader) throws(Problem) -> [Policies.Role] {
        guard let node = spec.optional("roles") else { return [] }
        guard node.kind == .mapping else {
            throw spec.problem("expected a mapping of roles to their members", at: node)
        }
        var roles: [Policies.Role] = []
        for (key, value) in node.pairs {
            guard let name = key.text, name.isPlainWord else {
                throw spec.problem("expected the name of a role, one word", at: key)
            }
            guard value.kind == .sequence, !Array(value.items).isEmpty else {
                throw spec.problem("\"\(name)\": expected a list of members, at least one", at: value)
            }
            var members: Set<String> = []
            for member in value.items { try insert(member, into: &members, spec) }
            roles.append(
                Policies.Role(
                    name: name, members: members, place: Place(file: spec.file, line: key.line, column: key.column)))
        }
        return roles
    }

    private static func people(_ spec: FieldReader) throws(Problem) -> [Set<String>] {
        var aliases: [Set<String>] = []
        var taken: Set<String> = []
        for item in try spec.items("people", "people with their addresses") ?? [] {
            let fields = try FieldReader(filled: item, file: spec.file, known: personFields)
            _ = try fields.requiredText("name")
            var addresses: Set<String> = []
            for address in try fields.items("addresses", "e-mail addresses") ?? [] {
                try insert(address, into: &addresses, fields)
                guard let text = address.text?.lowercased(), taken.insert(text).inserted else {
                    throw fields.problem("the address belongs to somebody else already", at: address)
                }
            }
            guard !addresses.isEmpty else { throw fields.problem("\"addresses\" is missing") }
            aliases.append(addresses)
        }
        return aliases
    }

    /// Adds one principal in lower case; patterns are for `allowed_signers`, where a line gives them keys.
    private static func insert(_ node: YAMLNode, into names: inout Set<String>, _ fields: FieldReader) throws(Problem) {
        let text = try fields.text(node)
        guard text.isPlainWord, !text.contains(where: { "*?!,\"".contains($0) }) else {
            throw fields.problem(
                "\"\(text.printable)\": expected one principal, such as ada@example.org, no pattern", at: node)
        }
        guard names.insert(text.lowercased()).inserted else {
            throw fields.problem("\"\(text)\" stands twice", at: node)
        }
    }
}
