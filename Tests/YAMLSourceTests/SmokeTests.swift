import Testing
import YAMLSource

@Suite struct SmokeTests {
    @Test func `reads`() throws {
        let stream = try YAMLStream(bytes: Array("a: &x {b: 1.10, c: 'it''s'}\nd: {<<: *x, e: \"\\n\"}\na: 2\n".utf8))
        let root = try #require(stream.documents.first)
        #expect(root["d"]?["b"]?.text == "1.10")
        #expect(root["d"]?["c"]?.text == "it's")
        #expect(root["d"]?["b"]?.isMerged == true)
        #expect(stream.duplicateKeys.count == 1)
    }
}
