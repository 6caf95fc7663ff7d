import PromotionModel
import Synchronization

/// What single files were read as, so that an environment in which one has changed is not read as a whole.
extension DeclarationMemory {
    /// What the files of environments were read as before.
    ///
    /// - Parameter layout: What the layout is written in.
    func knownFiles(layout: String, depth: FleetReader.Depth) -> KnownFiles {
        let folder = folder
        return KnownFiles(
            layout: layout, depth: depth, file: folder.flatMap { files.file(at: $0.files) }, canKeep: folder != nil,
            complain: { [self] in complainOfFiles() })
    }

    /// Files of an environment, written so that they can be kept.
    struct FilesRecord: Sendable {
        let key: DeclarationKey
        let payload: [UInt8]

        init(_ files: [ReadFile], of name: EnvironmentName, layout: String, _ depth: FleetReader.Depth) {
            key = DeclarationKey(filesOf: name, layout: layout, depth)
            var writer = ByteWriter()
            writer.add(files, of: name)
            payload = writer.bytes
        }
    }

    /// Keeps `records`, and of the others those of the environments `names`, at `depth`.
    func keep(_ records: [FilesRecord], besides names: [EnvironmentName], layout: String, depth: FleetReader.Depth) {
        guard let folder, !records.isEmpty else { return }
        folder.withLock {
            RecordFile.add(
                records.lazy.map { (key: $0.key, payload: $0.payload) }, under: Set(records.map(\.key)),
                keeping: { Set(names.map { DeclarationKey(filesOf: $0, layout: layout, depth) }) }, count: names.count,
                anew: false, at: folder.files, since: files)
        }
    }
}

/// The files that were read last of environments that are not as they were, for who looks into their past.
///
/// Most of an environment's past is in files that it still has. What is not here is read.
final class FilesAtHand: Sendable {
    private struct Contents {
        var layout = ""
        var files: [EnvironmentName: ReadFiles] = [:]
        var count = 0
    }

    private let contents = Mutex(Contents())
    /// More files are not kept.
    private static let capacity = 65_536

    /// Begins anew, with what is read by `layout`.
    func begin(layout: String) {
        contents.withLock { $0 = Contents(layout: layout) }
    }

    func keep(_ files: ReadFiles, of name: EnvironmentName) {
        contents.withLock { contents in
            guard contents.count + files.count <= Self.capacity else { return }
            contents.count += files.count
            contents.files[name] = files
        }
    }

    /// The files of `name`, if they were read by `layout`.
    func files(of name: EnvironmentName, layout: String) -> ReadFiles? {
        contents.withLock { $0.layout == layout ? $0.files[name] : nil }
    }
}
