import Foundation
import JSONText
import ManifestFormat
import TestSupport
import Testing

/// Editors and the program mean the same fields.
@Suite struct SchemaTests {
    private static let kinds = ["Component", "DriftIgnore", "Fleet", "Freeze", "PromotionContract", "Roles"]
    private let documentation: Documentation

    init() throws {
        documentation = try Documentation.checkout.get()
    }

    private func text(_ kind: String) throws -> String {
        try documentation.text(of: "docs/reference/schemas/\(kind).schema.json")
    }

    @Test func `a schema knows the fields that its decoder knows`() throws {
        for (path, fields) in PolicyFields.byKind.sorted(by: { $0.key < $1.key }) {
            let names = path.split(separator: ".").map(String.init)
            let root = try JSONReader.value(try text(names[0]))
            var node = try #require(root["properties"]?["spec"], "\(path)")
            for name in names.dropFirst() {
                node = mapping(try #require(mapping(node)["properties"]?[name], "\(path)"))
            }
            let properties = try #require(node["properties"], "\(path)")
            guard case .object(let members) = properties else { continue }
            #expect(members.map(\.key).sorted() == fields.sorted(), "\(path)")
            #expect(node["additionalProperties"] == .bool(false), "\(path)")
        }
    }

    @Test func `every format is in the schema and the reference`() throws {
        let spec = try JSONReader.value(try text("Fleet"))["properties"]?["spec"]?["properties"]
        let choices = try #require(spec?["format"]?["oneOf"]?.elements)
        for choice in choices {
            let names = (choice["enum"] ?? choice["items"]?["enum"])?.elements?.compactMap(\.string)
            #expect(names == FormatRegistry.names)
        }
        let reference = try documentation.text(of: "docs/reference/formats.md")
        let layout = try documentation.text(of: "docs/reference/towpath-yaml.md")
        for name in FormatRegistry.names {
            #expect(reference.contains("\n| `\(name)` |"), "\(name) is not in formats.md")
            #expect(layout.contains("`\(name)`"), "\(name) is not in towpath-yaml.md")
        }
    }

    /// The schema of one mapping: itself, that of a list's items, or the first of several that is one.
    private func mapping(_ node: JSONValue) -> JSONValue {
        if node["properties"] != nil { return node }
        if let items = node["items"] { return mapping(items) }
        guard case .array(let choices) = node["oneOf"] else { return node }
        return choices.map(mapping).first { $0["properties"] != nil } ?? node
    }

    /// Reads YAML as the program does: no dates, no numbers in base 60, no `yes`; then asks an independent validator.
    private static let validator = #"""
        import json, re, sys
        import jsonschema, yaml

        class Loader(yaml.SafeLoader):
            yaml_implicit_resolvers = {}

        Loader.add_implicit_resolver('tag:yaml.org,2002:bool', re.compile('^(true|false)$'), list('tf'))
        Loader.add_implicit_resolver('tag:yaml.org,2002:null', re.compile('^(~|null|)$'), ['~', 'n', ''])
        Loader.add_implicit_resolver('tag:yaml.org,2002:int', re.compile('^-?(0|[1-9][0-9]*)$'), list('-0123456789'))
        Loader.add_implicit_resolver(
            'tag:yaml.org,2002:float', re.compile(r'^-?(0|[1-9][0-9]*)\.[0-9]+$'), list('-0123456789'))
        work = json.load(sys.stdin)
        for case in work['cases']:
            found = []
            for document in yaml.load_all(case['text'], Loader):
                if document is None:
                    continue
                schema = work['schemas'].get(document.get('kind'))
                if schema is None:
                    found.append('no schema')
                    continue
                errors = jsonschema.Draft202012Validator(schema).iter_errors(document)
                found += [f'{list(error.absolute_path)}: {error.message}' for error in errors]
            print(json.dumps({'name': case['name'], 'errors': found}))
        """#

    /// What `cases`, by name, are to the validator; `nil` where it is not installed.
    private func errors(_ cases: [(name: String, text: String)]) throws -> [String: [String]]? {
        let schemas = try Self.kinds.map { JSONValue.Member($0, try JSONReader.value(try text($0))) }
        let input: JSONValue = [
            "schemas": .object(schemas),
            "cases": .array(cases.map { ["name": .string($0.name), "text": .string($0.text)] }),
        ]
        let scratch = try TemporaryDirectory("schemas")
        let python = Program(
            "/usr/bin/env", in: scratch.path,
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin", "PYTHONWARNINGS": "ignore",
            ])
        guard try python.run(["python3", "-c", "import jsonschema, yaml"]).status == 0 else {
            print("schemas: samples are not validated, since python3 has no jsonschema or yaml")
            return nil
        }
        let run = try python.run(["python3", "-c", Self.validator], input: JSONWriter.document(input))
        #expect(run.status == 0, "\(run.errors)")
        var result: [String: [String]] = [:]
        for line in run.output.split(separator: "\n") {
            let value = try JSONReader.value(String(line))
            guard case .array(let found) = value["errors"], let name = value["name"]?.string else { continue }
            result[name] = found.compactMap(\.string)
        }
        return result
    }

    @Test func `every sample fits its schema`() throws {
        var cases: [(name: String, text: String)] = []
        for page in documentation.pages.values {
            for block in page.blocks where ["policy", "fleet", "component"].contains(block.info.dropFirst().first) {
                cases.append(("\(page.path):\(block.line)", block.text))
            }
        }
        for name in ["dev", "staging", "prod"] {
            cases.append(("policies/\(name).yaml", try documentation.text(of: "policies/\(name).yaml")))
        }
        #expect(cases.count > 20)
        guard let errors = try errors(cases) else { return }
        #expect(errors.count == cases.count)
        #expect(errors.filter { !$0.value.isEmpty } == [:])
    }

    /// What the program refuses for its shape, the schemas refuse as well.
    @Test func `what is wrong does not fit`() throws {
        let contracts = [
            "{to: prod, from: [staging], gates: {sook: 30m}}", "{to: prod, gates: {}}",
            "{to: prod, from: [], gates: {evidence: []}}", "{to: prod, from: [], gates: {evidence: [{type: test}]}}",
            "{to: prod, from: [], gates: {approvals: {count: 0, role: a}}}",
            "{to: prod, from: [], gates: {approvals: {count: 1, role: a, escalateTo: b}}}",
            "{to: prod, from: [], gates: {quota: {cpu: -1}}}", "{to: prod, from: [], gates: {rego: {file: x}}}",
            "{to: prod, from: [], gates: {}, emergency: {skip: [secrets], role: a, reviewWithin: 1h}}",
        ]
        guard
            let errors = try errors(
                contracts.map { spec in
                    (
                        spec,
                        "apiVersion: towpath.dev/v1\nkind: PromotionContract\nmetadata: {name: x}\nspec: \(spec)\n"
                    )
                })
        else { return }
        #expect(errors.count == contracts.count)
        #expect(errors.filter(\.value.isEmpty).keys.sorted() == [])
    }
}
