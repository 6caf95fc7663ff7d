import ManifestFormat
import ModelBuilders
import PromotionModel
import Testing

@Suite struct RepositoryMapTests {
    private static func map(_ text: String) throws -> RepositoryMap {
        let file = "apiVersion: towpath.dev/v1\nkind: Fleet\nspec:\n  repositories: \(text)\n"
        return try FleetDecoder.layout(Array(file.utf8), file: "towpath.yaml").repositories
    }

    @Test(arguments: [
        ("d.example/web", "prod-eu", "p.example/web"), ("d.example/a/b", "prod-eu", "p.example/a/b"),
        ("special/web-dev", "prod-us", "special/web-live"), ("d.example/", "prod-eu", nil),
        ("other/web", "prod-eu", nil),
        ("d.example/web", "qa", nil),
    ])
    func `a repository has a name in each environment`(_ name: String, _ target: String, _ expected: String?) throws {
        let map = try Self.map(
            #"[{staging: special/web-dev, "prod-*": special/web-live}, {staging: "d.example/*", "prod-*": "p.example/*"}]"#
        )
        let environment = EnvironmentName(stringLiteral: target)
        let staging: EnvironmentName = "staging"
        #expect(map.name(of: name, from: staging, to: environment) == expected)
        if let expected { #expect(map.name(of: expected, from: environment, to: staging) == name) }
    }

    @Test(arguments: [
        ("{a: b}", "4:17: expected a list of mappings from environments to repositories"),
        ("[{a: b}]", "4:18: a repository is mapped from one environment to another: expected two or more"),
        ("[a]", "4:18: expected a mapping such as {staging: dev.example/*, prod: prod.example/*}"),
        (#"[{a: "x/*", b: y}]"#, "4:32: either all repositories of a mapping have a *, or none"),
        (
            #"[{a: "*", b: "y/*"}]"#,
            "4:22: \"*\" is no repository: expected a name, with one * at most and more than that"
        ),
        (
            #"[{a: "x/*/*", b: "y/*"}]"#,
            "4:22: \"x/*/*\" is no repository: expected a name, with one * at most and more than that"
        ),
    ])
    func `what is no mapping is named with its place`(_ text: String, _ message: String) {
        #expect {
            try Self.map(text)
        } throws: { error in
            (error as? Problem)?.description == "towpath.yaml:\(message)"
        }
    }
}
