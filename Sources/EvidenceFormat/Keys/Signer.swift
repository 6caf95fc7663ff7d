/// Somebody whose signature counts.
package struct Signer: Hashable, Sendable {
    /// The principals of the line that allows the key, as written: usually one e-mail address or name.
    package let principal: String
    package let key: PublicKey
    /// The principals of the line that allows the key.
    let names: WordPatternList
    /// The principals of every line with this key, also of lines that do not allow it now.
    let aliases: [WordPatternList]

    /// `SHA256:…` as `ssh-keygen -l` prints it.
    package var fingerprint: String {
        key.fingerprint
    }

    /// The principals of the line that allows the key, in lower case, those that are excepted left out.
    package var principals: [String] {
        names.patterns.filter { !$0.isNegated }.map { $0.text.lowercased() }
    }

    /// Whether the line that allows the key names `principal`.
    package func isNamed(_ principal: String) -> Bool {
        names.matches(principal)
    }

    /// Whether both may be one person: one key, a name in common, or patterns that cannot be told apart.
    ///
    /// Errs towards one person, since two are what a rule asks for. Letter case makes no other person.
    package func mayBe(_ other: Signer) -> Bool {
        if key == other.key { return true }
        let (mine, theirs) = (positivePatterns, other.positivePatterns)
        return mine.contains { left in
            theirs.contains { right in
                left.covers(right.text) || right.covers(left.text) || (!left.isLiteral && !right.isLiteral)
            }
        }
    }

    private var positivePatterns: [WordPattern] {
        aliases.flatMap(\.patterns).filter { !$0.isNegated }.map { WordPattern(Substring($0.text.lowercased())) }
    }
}

extension Signer {
    /// How many people `signers` are at least, when everyone who may be one person is one.
    package static func peopleCount(_ signers: [Signer]) -> Int {
        var groups: [[Signer]] = []
        for signer in signers {
            let same = groups.filter { $0.contains(where: signer.mayBe) }
            groups.removeAll { $0.contains(where: signer.mayBe) }
            groups.append(same.flatMap(\.self) + [signer])
        }
        return groups.count
    }
}
