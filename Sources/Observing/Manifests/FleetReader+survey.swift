package import Git
import ManifestFormat
package import PromotionModel

extension FleetReader {
    /// What the manifests of one environment say beside their artifacts; reads every file, so only where a gate asks.
    ///
    /// - Returns: `nil` where a file cannot be read or understood, or there is more than a survey may hold: see
    ///   ``surveyed(_:layout:in:)`` for why.
    package func survey(
        of _: EnvironmentName, files: [ClaimedFile], layout: FleetLayout, in repository: borrowing Repository
    ) -> ManifestSurvey? {
        do {
            return try surveyed(files, layout: layout, in: repository)
        } catch {
            return nil
        }
    }

    /// What `files`, all of one environment, say beside their artifacts.
    ///
    /// - Throws: the first ``Problem`` for which there is no survey.
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
            try surveyor.add(bytes, path: file.path, relativePath: file.relativePath)
        }
        return surveyor.survey
    }
}
