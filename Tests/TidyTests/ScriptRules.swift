/// Scripts and the Makefile.
enum ScriptRules {
    static func findings(in tree: SourceTree) -> [Finding] {
        let scripts = tree.files(below: "scripts") + tree.files(below: ".ci")
        return scripts.flatMap(scriptFindings) + tree.files.filter { $0.path == "Makefile" }.flatMap(makeFindings)
    }

    private static func scriptFindings(in file: SourceTree.File) -> [Finding] {
        let stops = file.lines.contains { $0.hasPrefix("set -eu") }
        return file.findings(
            unless: (file.isExecutable, "not executable", "mode 755"),
            (file.text.hasPrefix("#!"), "no shebang", "#!/bin/sh or #!/usr/bin/env bash as the first line,"),
            (stops, "goes on after a failure", "set -eu")) + unsigned(in: file)
    }

    /// Commands that make a commit without a sign-off; a merge that may only go forward makes none.
    private static func unsigned(in file: SourceTree.File) -> [Finding] {
        file.lines.enumerated().compactMap { offset, line in
            let words = line.split(separator: " ")
            let verbs = words.indices.dropFirst().filter { words[$0 - 1] == "git" }.map { words[$0] }
            guard verbs.contains(where: { ["commit", "merge", "revert", "cherry-pick"].contains($0) }),
                !words.contains("--ff-only"), !words.contains("-s"), !words.contains("--signoff")
            else { return nil }
            return Finding(
                file: file.path, line: offset + 1, message: "a commit without a sign-off", replacement: "--signoff")
        }
    }

    private static func makeFindings(in file: SourceTree.File) -> [Finding] {
        file.lines.enumerated().compactMap { offset, line in
            guard let colon = line.firstIndex(of: ":"), line.first?.isLetter == true,
                line[..<colon].allSatisfy({ $0.isLetter || $0 == "-" }), !line[colon...].hasPrefix(":="),
                !line.contains(" ## ")
            else { return nil }
            return Finding(
                file: file.path, line: offset + 1, message: "target \(line[..<colon]) is missing from `make help`",
                replacement: "a ## text after its prerequisites")
        }
    }
}
