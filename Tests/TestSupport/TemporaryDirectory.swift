import Foundation

/// A folder of a test's own, removed with everything in it when the last reference goes.
package final class TemporaryDirectory: Sendable {
    /// Absolute path, without a trailing slash.
    package let path: String

    package init(_ purpose: String = "test") throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("towpath-\(purpose)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.resolvingSymlinksInPath().path
    }

    deinit {
        // A folder that cannot be removed is the machine's problem, not the test's.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Absolute path of `relativePath` inside the folder; nothing is created.
    package func file(_ relativePath: String) -> String {
        path + "/" + relativePath
    }
}
