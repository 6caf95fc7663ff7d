package import PromotionModel

package import JSONText

/// Numbers that a benchmark measured, with their units; our own type.
package struct Performance: Predicate {
    package static let type = "https://towpath.dev/attestation/performance/v1"

    /// One number.
    package struct Value: Hashable, Sendable {
        package let name: String
        package let value: Measure
        /// Such as `ms`; rules compare it as text.
        package let unit: String

        package init(name: String, value: Measure, unit: String) {
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    /// As written; no name stands twice.
    package let values: [Value]

    package init(_ values: [Value]) {
        self.values = values
    }

    package init(_ json: JSONValue) throws(StatementMalformed) {
        let reader = try PredicateReader(json)
        var names: Set<String> = []
        var values: [Value] = []
        for item in try reader.objects("measures") {
            let name = try item.text("name")
            guard names.insert(name).inserted else { throw item.refusal("name", "\"\(name)\" stands twice") }
            values.append(Value(name: name, value: try Self.number(item), unit: try item.text("unit")))
        }
        self.values = values
    }

    private static func number(_ item: PredicateReader) throws(StatementMalformed) -> Measure {
        guard case .number(let text) = item.value("value") else { throw item.refusal("value", "expected a number") }
        do {
            return try Measure(text)
        } catch {
            throw item.refusal("value", error.description)
        }
    }

    package var json: JSONValue {
        let items = values.map { value -> JSONValue in
            [
                "name": .string(value.name), "value": .number(value.value.description), "unit": .string(value.unit),
            ]
        }
        return ["measures": .array(items)]
    }
}
