import Testing

/// A house rule: from the files of a checkout to the places that break it.
struct TidyRule: Sendable, CustomTestStringConvertible {
    let name: String
    let findings: @Sendable (SourceTree) -> [Finding]

    var testDescription: String { name }

    static let all = [
        TidyRule(name: "targets import only what their ring allows", findings: ImportRules.findings),
        TidyRule(name: "banned tokens do not occur", findings: TokenRules.findings),
        TidyRule(name: "unchecked sendability is rare and explained", findings: UncheckedSendableRule.findings),
        TidyRule(name: "files and functions are short", findings: LengthRules.findings),
        TidyRule(name: "file names say something", findings: FileRules.nameFindings),
        TidyRule(name: "no path of one machine is written down", findings: FileRules.machinePathFindings),
        TidyRule(name: "samples are clean text", findings: SampleRules.findings),
        TidyRule(name: "scripts stop at a failure and make help is complete", findings: ScriptRules.findings),
    ]
}
