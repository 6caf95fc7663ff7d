import Crypto
import PolicyRules
import PromotionModel

/// The members of facts documents as text, and their digests: what many promotions have in common is written once.
///
/// Pure to whoever asks: what is kept is kept with what it was made of, and made anew where that differs.
final class FactsTexts {
    private struct Common {
        let surroundings: Surroundings
        let members: FactsDocument.Common
        let texts: [String: String]
        let digests: [String: String]
    }

    /// So many contracts of one environment may take turns.
    private static let mostCommon = 16

    private var common: [Common] = []
    private var companions: CompanionList?
    private var arrivals: ArrivalList?

    /// SHA-256 over the text of each member of the document without the instant, in hexadecimal digits.
    ///
    /// That of `companions` is taken over everything that waits, so that it is the same for all of it: without what the
    /// promotion itself changes, which is a member too, every digest would have to read all the others.
    func digests(of facts: Facts, contract: Contract?) -> [String: String] {
        var digests = Fingerprint.digests(of: FactsDocument.ownTexts(of: facts, contract: contract))
        digests["companions"] = companions(of: facts).digest
        digests["arrivals"] = arrivals(of: facts) { $0.digest(with: facts.presentArrivals) }
        return common(of: facts).digests.merging(digests) { $1 }
    }

    /// The document as the input of a rule.
    func input(of facts: Facts, contract: Contract, at instant: Timestamp) -> RegoInput {
        var texts = FactsDocument.ownTexts(of: facts, contract: contract, at: instant)
        texts["arrivals"] = arrivals(of: facts) { $0.text(with: facts.presentArrivals) }
        let common = common(of: facts)
        let companions = companions(of: facts)
        var digests = common.digests.merging(Fingerprint.digests(of: texts)) { $1 }
        digests["companions"] = companions.digest
        return RegoInput(
            shared: common.texts, own: texts,
            lists: ["companions": companions.excerpt(without: facts.promotion.changes.map(\.component))],
            digest: Fingerprint.facts(digests))
    }

    private func common(of facts: Facts) -> Common {
        if let known = common.last, known.surroundings === facts.surroundings { return known }
        let members = FactsDocument.Common(facts)
        if let known = common.last(where: { $0.members == members }) { return known }
        let texts = members.texts
        let made = Common(
            surroundings: facts.surroundings, members: members, texts: texts, digests: Fingerprint.digests(of: texts))
        if common.count == Self.mostCommon { common.removeFirst() }
        common.append(made)
        return made
    }

    private func companions(of facts: Facts) -> CompanionList {
        if let known = companions, known.changes == facts.waiting { return known }
        let made = CompanionList(facts.waiting)
        companions = made
        return made
    }

    private func arrivals<Result>(of facts: Facts, _ body: (inout ArrivalList) -> Result) -> Result {
        var list =
            arrivals.flatMap { $0.earlier == facts.earlierArrivals ? $0 : nil } ?? ArrivalList(facts.earlierArrivals)
        defer { arrivals = list }
        return body(&list)
    }
}
