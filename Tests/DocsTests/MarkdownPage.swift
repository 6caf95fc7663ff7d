/// A page of Markdown, as far as the checks need it: headings, links and fenced blocks.
struct MarkdownPage: Sendable {
    /// A fenced block and what stands behind its opening fence.
    struct Block: Sendable {
        /// Words of the info string, such as `yaml` and `policy`.
        let info: [String]
        let text: String
        /// Line of the opening fence, from 1.
        let line: Int
    }

    /// A link and where it stands.
    struct Link: Sendable {
        let target: String
        let line: Int
    }

    /// Path below the root of the checkout.
    let path: String
    let headings: [String]
    let blocks: [Block]
    /// The page without its fenced blocks; line numbers are those of the page.
    let prose: String

    init(path: String, text: String) {
        self.path = path
        var headings: [String] = []
        var blocks: [Block] = []
        var prose: [Substring] = []
        var open: (info: [String], lines: [Substring], line: Int)?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let block = open {
                    let content = block.lines.map { $0 + "\n" }.joined()
                    blocks.append(Block(info: block.info, text: content, line: block.line))
                    open = nil
                } else {
                    open = (line.dropFirst(3).split(separator: " ").map(String.init), [], index + 1)
                }
                prose.append("")
            } else if open != nil {
                open?.lines.append(line)
                prose.append("")
            } else {
                let level = line.prefix { $0 == "#" }.count
                if (1...6).contains(level), line.dropFirst(level).first == " " {
                    headings.append(String(line.dropFirst(level + 1)))
                }
                prose.append(line)
            }
        }
        self.headings = headings
        self.blocks = blocks
        self.prose = prose.joined(separator: "\n")
    }

    /// Where `heading` stands, lines from 1.
    func lines(of heading: String) -> [Int] {
        prose.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { $0.element.hasPrefix("#") && $0.element.drop { $0 == "#" }.dropFirst() == heading }
            .map { $0.offset + 1 }
    }

    /// The anchors of the headings as forges make them: lower case, punctuation left out, blanks as hyphens.
    var anchors: Set<String> {
        var counts: [String: Int] = [:]
        return Set(
            headings.map { heading in
                let kept = heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                let slug = kept.replacing(" ", with: "-")
                let count = counts[slug, default: 0]
                counts[slug] = count + 1
                return count == 0 ? slug : "\(slug)-\(count)"
            })
    }

    /// Links in the prose, code left out.
    var links: [Link] {
        let text = prose.replacing(/`[^`\n]*`/, with: "")
        return text.matches(of: /\[[^\]]*\]\(([^)\s]+)\)/).map { match in
            let line = text[..<match.range.lowerBound].count { $0 == "\n" } + 1
            return Link(target: String(match.1), line: line)
        }
    }
}
