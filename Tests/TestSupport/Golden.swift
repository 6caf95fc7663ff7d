import Foundation
package import Testing

/// Compares text with a file kept beside the test.
package enum Golden {
    /// Expects `text` to equal `Golden/<name>` in the folder of the calling test.
    ///
    /// With `RECORD_GOLDEN=1` in the environment the file is rewritten and the test fails, so that a recording run is
    /// never mistaken for a passing one.
    package static func expect(
        _ text: String, is name: String, file: StaticString = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let folder = URL(fileURLWithPath: "\(file)").deletingLastPathComponent().appendingPathComponent("Golden")
        let path = folder.appendingPathComponent(name)
        do {
            if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: path)
                Issue.record("recorded \(name)", sourceLocation: sourceLocation)
                return
            }
            let expected = String(decoding: try Data(contentsOf: path), as: UTF8.self)
            #expect(text == expected, "differs from Golden/\(name)", sourceLocation: sourceLocation)
        } catch {
            Issue.record("Golden/\(name): \(error)", sourceLocation: sourceLocation)
        }
    }
}
