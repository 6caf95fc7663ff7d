/// Which target may import what; see ``TargetTable``.
enum ImportRules {
    static func findings(in tree: SourceTree) -> [Finding] {
        var findings: [Finding] = []
        var unknown: Set<String> = []
        for file in tree.swiftFiles {
            guard let target = file.target else { continue }
            if let rule = TargetTable.byName[target] {
                findings += file.source.imports.compactMap { check($0, by: rule, in: file) }
            } else if unknown.insert(target).inserted {
                findings.append(
                    Finding(
                        file: file.path, line: 1, message: "Sources/\(target) is no target of the table",
                        replacement: "a row in TargetTable.swift that gives it a ring"))
            }
        }
        return findings
    }

    private static func check(
        _ imported: ScannedSource.Import, by rule: TargetRule, in file: SourceTree.SwiftFile
    ) -> Finding? {
        let module = imported.module
        if rule.own.contains(module) || rule.others.contains(module) { return nil }
        if rule.ring != .pure, TargetTable.standardLibrary.contains(module) { return nil }
        return Finding(
            file: file.path, line: imported.line, message: "\(rule.name) may not import \(module)",
            replacement: replacement(for: module, in: rule))
    }

    private static func replacement(for module: String, in rule: TargetRule) -> String {
        if rule.ring == .pure, TargetTable.byName[module] == nil {
            return "the standard library, with the facts passed in by an effect target,"
        }
        let allowed = (rule.own + rule.others).joined(separator: ", ")
        return allowed.isEmpty ? "no import" : "what it may import (\(allowed))"
    }
}

extension ScannedSource {
    /// An import declaration.
    struct Import {
        let module: String
        let line: Int
    }

    private static let declarationKinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]

    /// Every import, whatever its access level or attribute; of a submodule or a declaration, its module.
    var imports: [Import] {
        tokens.indices.compactMap { index in
            let token = tokens[index]
            guard token.text == "import", index == 0 || tokens[index - 1].text != "." else { return nil }
            let rest = tokens[(index + 1)...].prefix { $0.line == token.line }
            guard let first = rest.first(where: { !Self.declarationKinds.contains($0.text) }), first.text != ":" else {
                return nil
            }
            return Import(module: first.text, line: token.line)
        }
    }
}
