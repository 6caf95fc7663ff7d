import ModelBuilders
import PromotionModel
import Testing

@Suite struct SettingListTests {
    @Test(arguments: 0..<UInt64(64))
    func `says what mappings say`(seed: UInt64) {
        var random = RandomModel(seed: seed)
        func texts() -> [String: String] {
            var texts: [String: String] = [:]
            for _ in 0..<random.number(0...12) {
                texts[random.pick(["a", "b", "c", "d", "é", "z"]) + random.pick(["", ".x", "[0]"])] =
                    random.pick(["1", "2"])
            }
            return texts
        }
        let (one, two) = (texts(), texts())
        let (ours, theirs) = (SettingList(one), SettingList(two))
        #expect(ours.paths == one.keys.sorted())
        #expect(ours.map(\.text) == one.sorted { $0.key < $1.key }.map(\.value))
        #expect((ours == theirs) == (one == two))
        #expect(
            ours.differences(from: theirs)
                == Set(one.keys).union(two.keys).filter { one[$0] != two[$0] }.sorted())
        for path in ["", "a", "a.x", "b", "z[0]", "zz"] { #expect(ours[path] == one[path]) }
    }
}
