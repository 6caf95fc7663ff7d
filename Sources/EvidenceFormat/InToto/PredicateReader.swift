import JSONText

/// Reads the members of a predicate, and names the one that is wrong.
struct PredicateReader {
    /// The most items of a list that are read.
    static let maximumItems = 100_000

    /// The greatest count that is read, so that sums of many cannot overflow.
    static let maximumCount = 1 << 40

    let json: JSONValue
    /// Where the object stands, as the prefix of its members' names.
    private let path: String

    init(_ json: JSONValue, path: String = "") throws(StatementMalformed) {
        guard case .object = json else {
            throw .predicate(field: path.isEmpty ? "predicate" : String(path.dropLast()), reason: "expected an object")
        }
        self.json = json
        self.path = path
    }

    func refusal(_ field: String, _ reason: String) -> StatementMalformed {
        .predicate(field: path + field, reason: reason)
    }

    /// The member, unless it is null or not there: in-toto makes no difference.
    func value(_ field: String) -> JSONValue? {
        json[field].flatMap { $0 == .null ? nil : $0 }
    }

    func optionalText(_ field: String) throws(StatementMalformed) -> String? {
        guard let value = value(field) else { return nil }
        guard let text = value.string else { throw refusal(field, "expected a text") }
        return text
    }

    func text(_ field: String) throws(StatementMalformed) -> String {
        guard let text = try optionalText(field), !text.isEmpty else { throw refusal(field, "expected a text") }
        return text
    }

    func flag(_ field: String) throws(StatementMalformed) -> Bool {
        guard case .bool(let flag) = value(field) else { throw refusal(field, "expected true or false") }
        return flag
    }

    /// A whole number that is not negative, in decimal digits only.
    func optionalCount(_ field: String) throws(StatementMalformed) -> Int? {
        guard let value = value(field) else { return nil }
        guard case .number(let text) = value, let count = Int(text), (0...Self.maximumCount).contains(count) else {
            throw refusal(field, "expected a whole number, not negative")
        }
        return count
    }

    func count(_ field: String) throws(StatementMalformed) -> Int {
        guard let count = try optionalCount(field) else { throw refusal(field, "expected a whole number") }
        return count
    }

    func optionalList(_ field: String) throws(StatementMalformed) -> [JSONValue]? {
        guard let value = value(field) else { return nil }
        guard case .array(let items) = value else { throw refusal(field, "expected a list") }
        guard items.count <= Self.maximumItems else { throw refusal(field, "more than \(Self.maximumItems) items") }
        return items
    }

    func list(_ field: String) throws(StatementMalformed) -> [JSONValue] {
        guard let items = try optionalList(field) else { throw refusal(field, "expected a list") }
        return items
    }

    func optionalTexts(_ field: String) throws(StatementMalformed) -> [String]? {
        guard let items = try optionalList(field) else { return nil }
        let texts = items.compactMap(\.string)
        guard texts.count == items.count else { throw refusal(field, "expected texts") }
        return texts
    }

    func object(_ field: String) throws(StatementMalformed) -> PredicateReader {
        guard let value = value(field) else { throw refusal(field, "expected an object") }
        return try PredicateReader(value, path: path + field + ".")
    }

    func optionalObject(_ field: String) throws(StatementMalformed) -> PredicateReader? {
        value(field) == nil ? nil : try object(field)
    }

    /// The objects in the list `field`.
    func objects(_ field: String) throws(StatementMalformed) -> [PredicateReader] {
        var readers: [PredicateReader] = []
        for (index, item) in try list(field).enumerated() {
            readers.append(try PredicateReader(item, path: "\(path)\(field)[\(index)]."))
        }
        return readers
    }
}

extension JSONValue {
    /// An object of the members that have a value, in this order.
    static func members(_ pairs: [(String, JSONValue?)]) -> JSONValue {
        .object(pairs.compactMap { key, value in value.map { Member(key, $0) } })
    }

    static func texts(_ texts: [String]) -> JSONValue {
        .array(texts.map(JSONValue.string))
    }
}
