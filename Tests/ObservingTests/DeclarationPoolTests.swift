import PromotionModel
import Testing

@testable import Observing

@Suite struct DeclarationPoolTests {
    private static func environment(_ name: String, _ images: [(String, String)]) throws -> DeclaredEnvironment {
        let digest = try Digest("sha256:" + String(repeating: "5", count: 64))
        let declarations = try images.map { component, repository in
            Declaration(
                component: try ComponentName(component),
                artifact: Artifact(repository: repository, tag: "1", digest: digest), format: "component",
                place: Place(file: "environments/\(name)/a.yaml", line: 3, column: 5), isMoving: true)
        }
        return DeclaredEnvironment(
            name: try EnvironmentName(name), declarations: declarations, configuration: digest,
            problems: [Problem(Place(file: "x"), "y")])
    }

    /// The second is written with other bytes than the first, and equal as text.
    private static let twins = [("\u{E9}", "registry.test/\u{E9}"), ("e\u{301}", "registry.test/e\u{301}")]

    @Test func `what is shared says byte for byte what it said`() throws {
        let pool = DeclarationPool()
        for (component, repository) in Self.twins + [("web", "registry.test/web"), ("web", "registry.test/web")] {
            let environment = try Self.environment("prod", [(component, repository)])
            let shared = pool.shared(environment)
            #expect(shared == environment)
            let declaration = try #require(shared.declarations.first)
            #expect(declaration.component.description.utf8.elementsEqual(component.utf8))
            #expect(declaration.artifact.repository.utf8.elementsEqual(repository.utf8))
        }
    }

    @Test func `a record that is made of declarations is the same record`() throws {
        let declared = try Self.environment("prod", [Self.twins[0], ("api", "registry.test/api"), ("web", "a/web")])
        var record = EnvironmentRecord(environment: declared.name)
        for (component, repository) in [Self.twins[1], ("api", "registry.test/api"), ("web", "b/web"), ("gone", "c")] {
            record.components[try ComponentName(component)] = EnvironmentRecord.Component(
                artifact: Artifact(repository: repository, tag: "1", digest: declared.configuration),
                promotion: PromotionID(environment: declared.name, fingerprint: "0123456789abcdef"), source: nil,
                at: Timestamp(seconds: 5), previous: "0", health: .healthy)
        }
        let shared = record.shared(with: declared)
        #expect(shared == record)
        let texts = { (record: EnvironmentRecord) in
            record.components.map { "\($0) \($1.artifact)" }.map { Array($0.utf8) }.sorted {
                $0.lexicographicallyPrecedes($1)
            }
        }
        #expect(texts(shared) == texts(record))
    }
}
