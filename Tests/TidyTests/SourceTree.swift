import Foundation

/// The files of a checkout that the rules look at.
struct SourceTree: Sendable {
    /// A file as it lies on disk.
    struct File: Sendable {
        /// Path below the root of the checkout.
        let path: String
        let bytes: [UInt8]
        let isExecutable: Bool

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    /// A Swift file, scanned once for all rules.
    struct SwiftFile: Sendable {
        let path: String
        let lineCount: Int
        let source: ScannedSource

        /// The folder below `Sources` that the file belongs to.
        var target: String? {
            let parts = path.split(separator: "/")
            return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
        }
    }

    let files: [File]
    let swiftFiles: [SwiftFile]

    init(_ files: [File]) {
        self.files = files.sorted { $0.path < $1.path }
        swiftFiles = self.files.filter { $0.path.hasSuffix(".swift") }.map { file in
            SwiftFile(
                path: file.path, lineCount: file.bytes.count { $0 == UInt8(ascii: "\n") },
                source: ScannedSource(file.text))
        }
    }

    func files(below folder: String) -> [File] {
        files.filter { $0.path.hasPrefix(folder + "/") }
    }
}

// MARK: - Reading the checkout

extension SourceTree {
    /// The checkout this very file was compiled from; read once for all tests.
    static let checkout = Result { try SourceTree(below: root(above: #filePath)) }

    /// What git ignores, or keeps for itself.
    private static func isForeign(_ name: String, in relative: String) -> Bool {
        name.hasPrefix(".build") || [".git", ".swiftpm", "Package.resolved"].contains(name)
            || ["demo-fleet", "bench-work"].contains(relative)
    }

    private struct NoPackage: Error {
        let below: String
    }

    private static func root(above file: String) throws -> URL {
        var folder = URL(fileURLWithPath: file)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
                return folder
            }
        }
        throw NoPackage(below: file)
    }

    private init(below root: URL) throws {
        var found: [File] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in try FileManager.default.contentsOfDirectory(atPath: root.path + "/" + folder) {
                let relative = folder + name
                guard !Self.isForeign(name, in: relative) else { continue }
                let path = root.path + "/" + relative
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                switch attributes[.type] as? FileAttributeType {
                case .typeDirectory?:
                    folders.append(relative + "/")
                case .typeRegular?:
                    let mode = attributes[.posixPermissions] as? Int ?? 0
                    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
                    found.append(File(path: relative, bytes: bytes, isExecutable: mode & 0o100 != 0))
                default:
                    continue
                }
            }
        }
        self.init(found)
    }
}
