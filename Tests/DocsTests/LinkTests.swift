import Testing

/// Whoever follows a link arrives.
@Suite struct LinkTests {
    @Test func `every relative link leads to a file, and to a heading if it names one`() throws {
        let documentation = try Documentation.checkout.get()
        for page in documentation.pages.values.sorted(by: { $0.path < $1.path }) {
            for link in page.links where !link.target.contains("://") {
                if let reason = dead(link.target, on: page, of: documentation) {
                    Issue.record("\(page.path):\(link.line): \(link.target): \(reason)")
                }
            }
        }
    }

    @Test func `every page can be reached from the readme`() throws {
        let documentation = try Documentation.checkout.get()
        var reached: Set<String> = ["README.md"]
        var open = ["README.md"]
        while let path = open.popLast() {
            for link in try documentation.page(path).links where !link.target.contains("://") {
                let target = resolve(link.target, from: path).path
                let pages = documentation.pages.keys.filter { $0 == target || $0.hasPrefix(target + "/") }
                for page in pages where reached.insert(page).inserted { open.append(page) }
            }
        }
        #expect(Set(documentation.pages.keys).subtracting(reached).sorted() == [])
    }

    /// Guards against a green run over an empty list.
    @Test(arguments: ["README.md", "docs/architecture.md", "docs/reference/cli.md", "docs/guides/rollback.md"])
    func `the check sees the pages and their links`(_ path: String) throws {
        #expect(try !Documentation.checkout.get().page(path).links.isEmpty)
    }

    @Test func `links, anchors and blocks are found in Markdown`() {
        let page = MarkdownPage(
            path: "a.md",
            text: """
                # One `two`: three
                [x](b.md#c) `[no](link)` and [two
                lines](d.md)
                ```yaml policy
                # no heading
                ```
                ## One
                ## One
                """)
        #expect(page.links.map(\.target) == ["b.md#c", "d.md"])
        #expect(page.links.map(\.line) == [2, 2])
        #expect(page.anchors == ["one-two-three", "one", "one-1"])
        #expect(page.blocks.map(\.info) == [["yaml", "policy"]])
        #expect(page.blocks.map(\.text) == ["# no heading\n"])
    }

    private func dead(_ target: String, on page: MarkdownPage, of documentation: Documentation) -> String? {
        let (path, anchor) = resolve(target, from: page.path)
        guard documentation.exists(path) else { return "there is no such file" }
        guard let anchor else { return nil }
        guard let other = documentation.pages[path] else { return "the file is no page with headings" }
        return other.anchors.contains(anchor) ? nil : "there is no such heading"
    }

    /// The path below the root, without `.` and `..`, and the part after `#`.
    private func resolve(_ target: String, from path: String) -> (path: String, anchor: String?) {
        let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let anchor = parts.count > 1 ? String(parts[1]) : nil
        guard !parts[0].isEmpty else { return (path, anchor) }
        var segments = path.split(separator: "/").dropLast().map(String.init)
        for segment in parts[0].split(separator: "/") {
            switch segment {
            case ".": continue
            case "..": _ = segments.popLast()
            default: segments.append(String(segment))
            }
        }
        return (segments.joined(separator: "/"), anchor)
    }
}
