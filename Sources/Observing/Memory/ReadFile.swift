import Git
import ManifestFormat
import PromotionModel

/// One file of an environment as it was read: what it tells by itself, whatever stands beside it.
struct ReadFile: Sendable {
    /// All that the reading depends on, beside the layout and how closely it was looked at.
    struct Source: Hashable, Sendable {
        let blob: ObjectID
        /// Path from the root of the repository.
        let path: String

        /// - Returns: `nil` where only a part of the file is the environment's: such readings are not kept.
        init?(blob: ObjectID, path: String, section: DocumentPath?) {
            guard section == nil else { return nil }
            self.init(blob: blob, path: path)
        }

        init(blob: ObjectID, path: String) {
            (self.blob, self.path) = (blob, path)
        }

        // Texts of other bytes can be equal, and a place is told as it is written.
        static func == (left: Source, right: Source) -> Bool {
            left.blob == right.blob && left.path.utf8.elementsEqual(right.path.utf8)
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(blob)
        }
    }

    let source: Source
    /// Without its blanked copy.
    let contents: ManifestReader.Contents
    /// SHA-256 over the blanked copy; `nil` where nothing is declared, or nobody asked.
    let blanked: PromotionModel.Digest?
}

/// The files of one environment that were read before.
struct ReadFiles: Sendable {
    private var files: [ReadFile.Source: ReadFile]

    init(_ files: [ReadFile]) {
        self.files = Dictionary(minimumCapacity: files.count)
        for file in files { self.files[file.source] = file }
    }

    var count: Int { files.count }

    subscript(source: ReadFile.Source) -> ReadFile? {
        files[source]
    }

    /// The same, and `others`.
    func adding(_ others: [ReadFile]) -> ReadFiles {
        var all = self
        for file in others { all.files[file.source] = file }
        return all
    }
}

/// What the files of environments were read as before, as far as the cache folder has it; `nil` nowhere.
struct KnownFiles: Sendable {
    let layout: String
    let depth: FleetReader.Depth
    /// Where they are looked up.
    let file: RecordFile?
    /// Whether what is read can be kept for the next run.
    let canKeep: Bool
    /// Hears that something that was kept is damaged.
    let complain: @Sendable () -> Void

    /// The files of `name` as they were read last.
    func files(of name: EnvironmentName) -> ReadFiles? {
        guard let file else { return nil }
        switch file.record(DeclarationKey(filesOf: name, layout: layout, depth)) {
        case .absent: return nil
        case .damaged: complain()
        case .found(let bytes):
            var reader = ByteReader(bytes)
            do throws(ByteReader.Damaged) {
                return ReadFiles(try reader.files(of: name))
            } catch {
                complain()
            }
        }
        return nil
    }
}
