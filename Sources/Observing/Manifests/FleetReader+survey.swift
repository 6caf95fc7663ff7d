package import Git
import ManifestFormat
package import PromotionModel

extension FleetReader {
    /// What `files`, all of one environment, say beside their artifacts; reads every file, so only where a gate asks.
    ///
    /// - Throws: the first ``Problem`` for which there is no survey: a file that cannot be read or understood, or more
    ///   than a survey may hold.
    package func surveyed(
        _ files: [ClaimedFile], layout: FleetLayout, in repository: borrowing Repository
    ) throws(Problem) -> ManifestSurvey {
        var surveyor = ManifestSurveyor(reader: Self.manifestReader(layout))
        for file in files where surveyor.surveys(file.path) {
            let bytes: [UInt8]
            do {
                bytes = try repository.blob(file.blob, limit: ManifestReader.maximumBytes)
            } catch {
                throw Problem(Place(file: file.path), Self.explain(error))
            }
            try surveyor.add(bytes, path: file.path, relativePath: file.relativePath, section: file.section)
        }
        return surveyor.survey
    }
}
