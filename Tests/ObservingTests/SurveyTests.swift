import Git
import Observing
import PromotionModel
import TestSupport
import Testing

/// Surveys of environments in real repositories.
@Suite struct SurveyTests {
    private func survey(_ files: [String: BareRepository.Entry]) throws -> (ManifestSurvey?, String?) {
        let bare = try BareRepository()
        let repository = try Repository.open(at: bare.path)
        let tip = try #require(ObjectID(hex: try bare.commit(files)))
        let tree = try repository.commit(tip).tree
        let reader = FleetReader()
        let layout = try reader.layout(at: tree, in: repository)
        let name = try EnvironmentName("dev")
        let claimed = try EnvironmentFiles(in: tree, layout: layout, repository: repository).files[name] ?? []
        do {
            return (try reader.surveyed(claimed, layout: layout, in: repository), nil)
        } catch {
            return (nil, "\(error)")
        }
    }

    @Test func `manifests and JSON are surveyed, paths are below the environment`() throws {
        let (survey, problem) = try survey([
            "environments/dev/a.yaml": "a: 1\n", "environments/dev/deep/b.json": "{\"b\": 2}",
            "environments/dev/c.txt": "{{", "environments/prod/a.yaml": "a: 3\n",
        ])
        #expect(survey?.settings == SettingList(["a.yaml:a": "1", "deep/b.json:b": "2"]))
        #expect(problem == nil)
    }

    @Test(arguments: [
        ("a: [\n", "environments/dev/x.yaml:2:1: "),
        ("{{ if x }}\na: b: c\n", "environments/dev/x.yaml:2:1: note: a template"),
        (String(repeating: "# much\n", count: 1_300_000), "environments/dev/x.yaml: larger than the 8 MiB"),
    ])
    func `one file that cannot be understood leaves no survey`(_ text: String, _ message: String) throws {
        let (survey, problem) = try survey([
            "environments/dev/a.yaml": "a: 1\n", "environments/dev/x.yaml": .init(stringLiteral: text),
        ])
        #expect(survey == nil)
        #expect(problem?.hasPrefix(message) == true, "\(problem ?? "no problem")")
    }
}
