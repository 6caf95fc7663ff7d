/// What holds for a file of any kind.
enum FileRules {
    /// Last words of a file name that say nothing about what is inside.
    private static let emptyNames = ["Utils", "Util", "Helpers", "Helper", "Common", "Manager", "Types"]

    static func nameFindings(in tree: SourceTree) -> [Finding] {
        tree.swiftFiles.filter { file in
            emptyNames.contains { file.path.hasSuffix($0 + ".swift") }
        }.map { file in
            Finding(
                file: file.path, line: 1, message: "the file name says nothing about what is inside",
                replacement: "the noun it defines, or Type+verb.swift,")
        }
    }

    /// Roots of absolute paths that exist on one machine only.
    ///
    /// Put together here, or this file would break the rule.
    private static let machineRoots = ["work", "root", "home"].map { Array("/\($0)/".utf8) }

    static func machinePathFindings(in tree: SourceTree) -> [Finding] {
        tree.files.flatMap { file in
            lines(withMachinePathIn: file.bytes).map { line in
                Finding(
                    file: file.path, line: line, message: "a path of one machine",
                    replacement: "a path relative to the repository, or a temporary folder,")
            }
        }
    }

    private static func lines(withMachinePathIn bytes: [UInt8]) -> [Int] {
        var lines: [Int] = []
        var line = 1
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") { line += 1 }
            guard bytes[index] == UInt8(ascii: "/"), index == 0 || !isPathByte(bytes[index - 1]) else { continue }
            if machineRoots.contains(where: { bytes[index...].starts(with: $0) }) { lines.append(line) }
        }
        return lines
    }

    /// A byte before the slash that makes it the middle of a longer path or address.
    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "*"),
            UInt8(ascii: "}"):
            true
        default: false
        }
    }
}

extension SourceTree.File {
    /// A finding for each claim about the whole file that does not hold.
    func findings(unless claims: (holds: Bool, message: String, replacement: String)...) -> [Finding] {
        claims.filter { !$0.holds }.map { claim in
            Finding(file: path, line: 1, message: claim.message, replacement: claim.replacement)
        }
    }
}
