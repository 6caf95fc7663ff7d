/// The sample fleet is read by the demo, the tests and people; it has to be beyond doubt.
enum SampleRules {
    static func findings(in tree: SourceTree) -> [Finding] {
        (tree.files(below: "environments") + tree.files(below: "policies")).flatMap { file in
            // The one place to ask more of a sample: parse `file` here once ManifestFormat can.
            textFindings(in: file)
        }
    }

    private static func textFindings(in file: SourceTree.File) -> [Finding] {
        file.findings(
            unless: (String(validating: file.bytes, as: UTF8.self) != nil, "not UTF-8", "UTF-8"),
            (!file.bytes.contains(UInt8(ascii: "\r")), "carriage returns", "LF line ends"),
            (file.bytes.last == UInt8(ascii: "\n"), "no newline at the end", "a last line that ends"))
    }
}
