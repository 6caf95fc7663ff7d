import ManifestFormat
import PromotionModel

/// Surveys of texts, and the text of a survey.
enum SurveyText {
    /// The survey of files whose paths are below the environment's folder.
    static func survey(
        _ files: [(path: String, text: String)], limits: SurveyLimits = SurveyLimits()
    ) throws(Problem) -> ManifestSurvey {
        var surveyor = ManifestSurveyor(limits: limits)
        for file in files {
            try surveyor.add(Array(file.text.utf8), path: "environments/prod/\(file.path)", relativePath: file.path)
        }
        return surveyor.survey
    }

    static func survey(_ text: String, path: String = "a.yaml") throws(Problem) -> ManifestSurvey {
        try survey([(path, text)])
    }

    /// A line for everything that was found, sorted.
    static func text(_ survey: ManifestSurvey) -> String {
        var lines = survey.settings.map { "\($0.path) = \($0.text)" }
        lines += survey.plainSecrets.map { "secret! \($0.place) \($0.path): \($0.reason)" }
        lines += survey.secretNames.sorted().map { "secret \($0)" }
        lines += survey.resources.sorted { $0.key < $1.key }.map { "resource \($0.key) = \($0.value)" }
        lines += survey.unstatedResources.sorted { $0.key < $1.key }.map { "unstated \($0.key): \($0.value)" }
        lines += survey.dependencies.sorted { $0.key < $1.key }.map { "dependency \($0.key) -> \($0.value)" }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The settings as lines, sorted.
    static func settings(_ text: String, path: String = "a.yaml") throws -> [String] {
        try survey(text, path: path).settings.map { "\($0.path) = \($0.text)" }.sorted()
    }
}
