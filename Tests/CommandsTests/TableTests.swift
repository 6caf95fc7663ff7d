import TestSupport
import Testing

/// How tables stand on a terminal.
@Suite struct TableTests {
    private static func word(_ number: Int) -> String { number.isMultiple(of: 3) ? "größe" : "size" }

    /// The first four cells of each row.
    private static func rows(_ environment: String, _ name: String, count: Int) -> Set<String> {
        Set((0..<count).map { "\(environment) Pod/\(name)/\(word($0))-\($0) registry.test/\(name) \($0 / 7)" })
    }

    /// A pod with so many containers that the table has several pieces, names with more bytes than characters among them,
    /// and rows of which most cells are as those above.
    private static func pod(_ name: String, count: Int) -> BareRepository.Entry {
        var text = "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name)}\nspec:\n  containers:\n"
        for number in 0..<count {
            text += "    - {name: \(word(number))-\(number), image: \"registry.test/\(name):\(number / 7)\"}\n"
        }
        return .text(text)
    }

    @Test func `every column begins where its header does, and colour changes nothing else`() throws {
        let repository = try BareRepository()
        try repository.commit([
            "environments/dev/a.yaml": Self.pod("a", count: 700), "environments/prod/b.yaml": Self.pod("b", count: 900),
        ])
        let towpath = try TowpathProgram(in: repository)
        let plain = try towpath("inventory", "--color", "never")
        let lines = plain.output.split(separator: "\n").map { Array($0) }
        #expect(plain.status == 0 && lines.count == 1_601)
        let header = String(try #require(lines.first))
        let words = ["ENVIRONMENT", "COMPONENT", "ARTIFACT", "TAG", "DIGEST", "FORMAT", "FILE"]
        let starts = try words.map { word in
            header.distance(from: header.startIndex, to: try #require(header.firstRange(of: word)).lowerBound)
        }
        var rows: Set<String> = []
        for line in lines.dropFirst() {
            for start in starts.dropFirst() {
                #expect(line[start] != " " && line[start - 1] == " " && line[start - 2] == " ")
            }
            rows.insert(String(line).split(separator: " ").prefix(4).joined(separator: " "))
        }
        #expect(rows == Self.rows("dev", "a", count: 700).union(Self.rows("prod", "b", count: 900)))
        let painted = try towpath("inventory", "--color", "always").output
        #expect(painted.contains("\u{1B}["))
        let bare = painted.replacing(#/\u{1B}\[[0-9]+m/#, with: "")
        #expect(bare == plain.output)
    }
}
