import PromotionModel

/// Tells people apart who may have several keys and several addresses.
enum DistinctPeople {
    private struct Person {
        let signer: EvidenceSigner
        /// Every address of every principal.
        let addresses: Set<String>

        func mayBe(_ other: Person) -> Bool {
            signer.key == other.signer.key || !addresses.isDisjoint(with: other.addresses)
        }
    }

    /// How many choices are tried; where that is not enough, fewer people are found than there are, never more.
    private static let maximumSteps = 4_096

    /// A largest set of `signers` of whom no two may be one person, in their order.
    ///
    /// Another signer never makes it smaller, so nobody gets through by leaving a signature out.
    static func among(_ signers: [EvidenceSigner], _ people: People) -> [EvidenceSigner] {
        guard !signers.isEmpty else { return [] }
        var seen: Set<EvidenceSigner> = []
        let persons = signers.filter { seen.insert($0).inserted }.map { person($0, people) }
        var search = Search(persons: persons, steps: maximumSteps)
        search.extend([], Array(persons.indices))
        return search.best.map { persons[$0].signer }
    }

    /// Whether both may be one person, by key or by any address of the two.
    static func mayBeOne(_ left: EvidenceSigner, _ right: EvidenceSigner, _ people: People) -> Bool {
        person(left, people).mayBe(person(right, people))
    }

    /// Every address of a signer, in lower case.
    static func addresses(of signer: EvidenceSigner, _ people: People) -> Set<String> {
        signer.principals.reduce(into: []) { $0.formUnion(people.addresses(of: $1)) }
    }

    private static func person(_ signer: EvidenceSigner, _ people: People) -> Person {
        Person(signer: signer, addresses: addresses(of: signer, people))
    }

    private struct Search {
        let persons: [Person]
        var steps: Int
        var best: [Int] = []

        init(persons: [Person], steps: Int) {
            self.persons = persons
            self.steps = steps
        }

        /// Tries to add some of `rest`, none of whom may be one of `chosen`.
        mutating func extend(_ chosen: [Int], _ rest: [Int]) {
            if chosen.count > best.count { best = chosen }
            guard steps > 0, chosen.count + rest.count > best.count, let first = rest.first else { return }
            steps -= 1
            let others = Array(rest.dropFirst())
            let compatible = others.filter { !persons[first].mayBe(persons[$0]) }
            extend(chosen + [first], compatible)
            if compatible.count < others.count { extend(chosen, others) }
        }
    }
}
