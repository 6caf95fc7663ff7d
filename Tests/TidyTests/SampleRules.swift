import EvidenceFormat
import ManifestFormat
import PromotionModel

/// The sample fleet is read by the demo, the tests and people; it has to be beyond doubt.
enum SampleRules {
    static func findings(in tree: SourceTree) -> [Finding] {
        let environments = tree.files(below: "environments").flatMap { file in
            textFindings(in: file) + manifestFindings(in: file)
        }
        let policies = tree.files(below: "policies").flatMap { file in
            textFindings(in: file) + policyFindings(in: file) + signerFindings(in: file)
        }
        return environments + policies
    }

    private static func textFindings(in file: SourceTree.File) -> [Finding] {
        file.findings(
            unless: (String(validating: file.bytes, as: UTF8.self) != nil, "not UTF-8", "UTF-8"),
            (!file.bytes.contains(UInt8(ascii: "\r")), "carriage returns", "LF line ends"),
            (file.bytes.last == UInt8(ascii: "\n"), "no newline at the end", "a last line that ends"))
    }

    private static func manifestFindings(in file: SourceTree.File) -> [Finding] {
        guard ManifestReader().reads(file.path) else { return [] }
        return ManifestReader().read(file.bytes, path: file.path).problems.map { finding($0, in: file) }
    }

    private static func policyFindings(in file: SourceTree.File) -> [Finding] {
        guard file.path.hasSuffix(".yaml") else { return [] }
        if PolicyTest.isTestFile(file.path) {
            return PolicyTestDecoder.contents(file.bytes, file: file.path).problems.map { finding($0, in: file) }
        }
        let blob = String(repeating: "0", count: 40)
        return PolicyDecoder.policies(file.bytes, file: file.path, blob: blob).defects.map {
            finding($0.problem, in: file)
        }
    }

    private static func signerFindings(in file: SourceTree.File) -> [Finding] {
        guard file.path == "policies/allowed_signers" else { return [] }
        do {
            _ = try AllowedSigners(file.bytes, name: file.path)
            return []
        } catch {
            return [finding(error, in: file)]
        }
    }

    private static func finding(_ problem: Problem, in file: SourceTree.File) -> Finding {
        Finding(file: file.path, line: problem.place.line, message: problem.message, replacement: "what towpath reads")
    }
}
