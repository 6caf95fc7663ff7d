import ManifestFormat
import PromotionModel
import TestSupport
import Testing

@Suite struct VersionFileFormatTests {
    static let samples = [
        Sample("version-file", path: "environments/prod/web/VERSION", "v1.2.3-rc.1+build\n"),
        Sample("version-text", path: "environments/prod/version.txt", "\u{FEFF}  1.10 \r\n\r\n"),
    ]

    @Test(arguments: samples)
    func `the only line of a version file is the version`(_ sample: Sample) {
        Golden.expect(sample.reading, is: "\(sample.name).txt")
    }

    @Test(arguments: [
        "", "\n", "1.2.3\n1.2.4\n", "release\n", "1.2.3 beta\n", "v\n", "-1\n", "version: 1.2.3\nname: x\n",
    ])
    func `what is no version declares nothing`(_ text: String) {
        #expect(Sample("odd", path: "environments/prod/VERSION", text).reading == "")
    }

    @Test func `bytes that are no text are an error`() {
        let contents = ManifestReader().read([0x31, 0xFF], path: "environments/prod/VERSION")
        #expect(contents.problems.map(\.description) == ["environments/prod/VERSION:1:1: the file is not UTF-8"])
    }

    @Test func `a version that is long or odd is an error, not a crash`() {
        let long = String(repeating: "1", count: 100_000)
        for text in [long, "1:2", "1@sha256:00", "1\u{200E}"] {
            let contents = ManifestReader().read(Array(text.utf8), path: "environments/prod/VERSION")
            #expect(contents.found.isEmpty == !contents.problems.isEmpty, "\(text.prefix(20))")
        }
    }
}
