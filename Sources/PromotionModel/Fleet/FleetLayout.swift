/// Where a repository keeps what: the environments, the policies and the branches.
package struct FleetLayout: Hashable, Sendable {
    /// A rule that makes environments out of paths.
    package struct Rule: Hashable, Sendable {
        /// The environment's name; captures of ``paths`` stand in braces.
        package let name: String
        package let paths: [PathGlob]
        /// Files that this rule leaves out, whatever other rules say.
        package let exclude: [PathGlob]
        /// Whether files that another environment claims too may be claimed.
        package let isShared: Bool
        /// The part of each document that is the environment's, of files with a part for each; `nil` for all of it.
        package let section: DocumentPath?
        /// The branch that the environment is published to, with captures and `{env}` in braces; `nil` for none.
        package let publish: String?
        /// Where the files are, if that is not the watched branch.
        package var origin: Origin?
        /// Where the rule is written; `nil` for the default layout.
        package let place: Place?

        package init(
            name: String, paths: [PathGlob], exclude: [PathGlob] = [], isShared: Bool = false,
            section: DocumentPath? = nil, publish: String? = nil, place: Place? = nil
        ) {
            self.name = name
            self.paths = paths
            self.exclude = exclude
            self.isShared = isShared
            self.section = section
            self.publish = publish
            self.place = place
        }

        /// Where the files of environments are that have a history of their own.
        package enum Origin: Hashable, Sendable {
            /// On the branches whose short names match; what is captured may name the environment.
            case branch(PathGlob)
            /// At the newest of the tags that match.
            case tag(TagPattern)
        }

        /// Whether the rule leaves out the file at `path`; another rule may claim it all the same.
        package func excludes(_ path: String) -> Bool {
            exclude.contains { $0.match(path) != nil }
        }
    }

    /// Short name of the watched branch; `nil` for the repository's own default.
    package var watch: String?
    package var rules: [Rule]
    /// Which repositories of different environments hold the same.
    package var repositories = RepositoryMap()
    /// Names of the formats that are read; `nil` for all.
    package var formats: [String]?
    /// The repository's own formats, read beside the others.
    package var artifacts: [HouseFormat] = []
    /// Whether this is the default layout, without a `towpath.yaml`.
    package var isDefault: Bool
    /// Short name of the branch that holds the evidence.
    package var evidence: String
    /// Short name of the branch that holds the ledger; `nil` for the watched branch.
    package var ledger: String?

    package init(
        watch: String?, rules: [Rule], formats: [String]?, isDefault: Bool,
        evidence: String = FleetLayout.evidenceBranch
    ) {
        self.watch = watch
        self.rules = rules
        self.formats = formats
        self.isDefault = isDefault
        self.evidence = evidence
    }

    /// Short name of the branch that holds the evidence, where `towpath.yaml` names no other.
    package static let evidenceBranch = "towpath/evidence"
    /// The file that says who may sign what.
    package static let signersPath = "policies/allowed_signers"

    /// The name of the lock in an environment's folder; no `.yaml`, so that renderers and agents leave it alone.
    package static let lockName = "environment.lock"
    /// The folder of the policies.
    package static let policiesFolder = "policies"
    /// The folder that holds a folder for each environment in the default layout, and every environment's lock.
    package static let environmentsFolder = "environments"
    /// The file that describes another layout.
    package static let fileName = "towpath.yaml"

    /// The path of an environment's lock: the same in every layout, so that `git blame` needs no look-up.
    package static func lockPath(of environment: EnvironmentName) -> String {
        "\(environmentsFolder)/\(environment)/\(lockName)"
    }

    /// The layout of what `rule` says of one branch, whose name gave `captures`, seen from that branch.
    package func seen(by rule: Rule, with captures: PathGlob.Captures) -> FleetLayout {
        var layout = self
        layout.rules = [
            Rule(
                name: Self.fill(rule.name, with: captures), paths: rule.paths, exclude: rule.exclude,
                isShared: rule.isShared, section: rule.section?.filled(with: captures), place: rule.place)
        ]
        layout.ledger = nil
        return layout
    }

    /// `text` with each `{name}` replaced by what was captured; what was captured is not looked at again.
    package static func fill(_ text: String, with captures: PathGlob.Captures) -> String {
        // A capture alone is nearly all that a name is made of.
        if text.utf8.first == UInt8(ascii: "{"), text.utf8.firstIndex(of: UInt8(ascii: "}")) == text.utf8.indices.last {
            return captures[String(text.dropFirst().dropLast())] ?? text
        }
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            result += captures[String(rest[rest.index(after: open)..<close])] ?? String(rest[open...close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}
