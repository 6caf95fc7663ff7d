package import PromotionModel
import YAMLSource

/// Surveys the manifests of one environment, file by file: what they say beside their artifacts.
///
/// A gate that judges a survey must be able to trust it, so there is none unless every file was understood.
package struct ManifestSurveyor: Sendable {
    private let reader: ManifestReader
    private var settings: SettingCollection
    private var plainSecrets: [ManifestSurvey.PlainSecret] = []
    private var secretNames: Set<String> = []
    private var resources = ResourceTally()
    private var dependencies: [DependencyList] = []
    private var files: [EnvironmentAssembly.File] = []

    /// A survey of no file yet; `reader` finds the artifacts, which are no settings.
    package init(reader: ManifestReader = ManifestReader(), limits: SurveyLimits = SurveyLimits()) {
        self.reader = reader
        settings = SettingCollection(limits: limits)
    }

    /// Whether files of this name are surveyed: manifests, and JSON, which is YAML too.
    package func surveys(_ path: String) -> Bool {
        reader.reads(path) || path.hasSuffix(".json")
    }

    /// Surveys `bytes`, the content of the file at `path`.
    ///
    /// - Parameter relativePath: the part of the path that is the same in every environment.
    /// - Parameter section: the part of each document that is the environment's; all of it by default.
    /// - Throws: ``Problem`` where the file cannot be understood, or there is too much of it.
    package mutating func add(
        _ bytes: [UInt8], path: String, relativePath: String, section: DocumentPath? = nil
    ) throws(Problem) {
        let stream = try reader.stream(bytes, path: path)
        files.append(
            EnvironmentAssembly.File(
                path: path, relativePath: relativePath,
                contents: reader.contents(of: stream, path: path, section: section)))
        for reading in reader.readings(of: stream, path: path, section: section) {
            let slots = reading.slots.map(\.slot)
            let blanked = Set(slots.flatMap(\.valueRanges))
            for object in ManifestObject.objects(in: reading.root) {
                let prefix = settings.claim(object.title(in: relativePath))
                var walk = SettingWalk(settings: settings, blanked: blanked, file: path)
                // One copy of the collection at a time, or every setting would be copied with each object.
                settings = SettingCollection(limits: SurveyLimits())
                try walk.walk(object, prefix: prefix)
                settings = walk.settings
                plainSecrets += walk.plainSecrets
                SecretNames.collect(from: object, into: &secretNames)
                resources.add(object, title: prefix, format: reading.format, slots: slots)
            }
            if reading.format == ComponentFormat.name, let slot = slots.first {
                dependencies.append(try DependencyList(of: reading.root, declaredAt: slot.node, in: path))
            }
        }
    }

    /// What was found in all files.
    package var survey: ManifestSurvey {
        let declarations = EnvironmentAssembly(files: files).declarations
        let components = Dictionary(declarations.map { ($0.place, $0.component) }) { first, _ in first }
        var resolved: [ComponentName: [ComponentName]] = [:]
        for list in dependencies where !list.names.isEmpty {
            guard let component = components[list.place] else { continue }
            resolved[component, default: []] += list.names
        }
        return ManifestSurvey(
            SettingList(settings.settings),
            plainSecrets: plainSecrets.sorted { ($0.place, $0.path) < ($1.place, $1.path) },
            secretNames: secretNames, resources: resources.totals,
            unstatedResources: resources.unstated.mapValues { $0.sorted() }, dependencies: resolved)
    }
}

/// What the survey of one environment may cost; beyond it there is none.
package struct SurveyLimits: Hashable, Sendable {
    /// Settings of one environment; of the public ones that were tried the largest has 17,110, in 149 files.
    package var maxSettings = 100_000

    /// Bytes of one setting's path: keys can be as long as files, and each setting below repeats them.
    package var maxPathBytes = 4_096

    /// Bytes of all paths and texts together: an alias repeats a text without its being written again.
    package var maxBytes = 32 * 1_048_576

    /// The bounds that fit environments.
    package init() {}
}
