import Foundation

/// The pages and sources that the checks compare.
struct Documentation: Sendable {
    /// `README.md`, `CHANGELOG.md` and everything below `docs/`, by path.
    let pages: [String: MarkdownPage]
    /// Text of the files below `Sources/Commands`, by path.
    let commands: [String: String]
    let root: String

    /// The checkout that this very file was compiled from; read once for all tests.
    static let checkout = Result { try Documentation(root: root(above: #filePath)) }

    private struct Missing: Error {
        let path: String
    }

    private init(root: String) throws {
        self.root = root
        var pages: [String: MarkdownPage] = [:]
        let paths = try Self.files(below: "docs", of: root).filter { $0.hasSuffix(".md") }
        for path in paths + ["README.md", "CHANGELOG.md"] {
            pages[path] = MarkdownPage(path: path, text: try Self.text(root + "/" + path))
        }
        var commands: [String: String] = [:]
        for path in try Self.files(below: "Sources/Commands", of: root) where path.hasSuffix(".swift") {
            commands[path] = try Self.text(root + "/" + path)
        }
        self.pages = pages
        self.commands = commands
    }

    private static func root(above file: String) throws -> String {
        var folder = URL(fileURLWithPath: file)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: folder.path + "/Package.swift") { return folder.path }
        }
        throw Missing(path: "Package.swift")
    }

    private static func files(below folder: String, of root: String) throws -> [String] {
        var files: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: root + "/" + folder).sorted() {
            let path = folder + "/" + name
            let attributes = try FileManager.default.attributesOfItem(atPath: root + "/" + path)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            files += isFolder ? try self.files(below: path, of: root) : [path]
        }
        return files
    }

    private static func text(_ path: String) throws -> String {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Missing(path: path) }
        return text
    }

    /// The page at `path`.
    ///
    /// - Throws: an error that names the path where there is none.
    func page(_ path: String) throws -> MarkdownPage {
        guard let page = pages[path] else { throw Missing(path: path) }
        return page
    }

    /// The text of the file at `path`.
    func text(of path: String) throws -> String {
        try Self.text(root + "/" + path)
    }

    /// Whether there is a file or a folder at `path`.
    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root + "/" + path)
    }
}
