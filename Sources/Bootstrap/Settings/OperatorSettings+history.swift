import HistoryIndex
import Observing

extension OperatorSettings {
    /// The index of the history of the repository whose objects are in `commonDirectory`; `nil` where nothing is kept.
    func historyIndex(of commonDirectory: String) -> HistoryIndex? {
        let folder = historyFolder(of: commonDirectory)
        guard folder != nil || readsHistoryAnew else { return nil }
        let tell = remote.tell
        return HistoryIndex(in: folder) { news in
            switch news {
            case .progress(let count):
                tell(.progress(count.map { "indexing the history: \($0) commits read" } ?? ""))
            case .damaged: tell(.note("note: the history index in the cache was damaged and is made anew"))
            }
        }
    }

    /// What was told of the history of that repository; `nil` where nothing is kept.
    func historyMemory(of commonDirectory: String) -> (any HistoryMemory)? {
        historyFolder(of: commonDirectory).map(ToldHistories.init)
    }

    private func historyFolder(of commonDirectory: String) -> HistoryFolder? {
        guard let cacheDirectory, remembers, !readsHistoryAnew else { return nil }
        return HistoryFolder(of: commonDirectory, in: cacheDirectory)
    }
}

/// What readers of histories were told, in a folder of the cache.
private struct ToldHistories: HistoryMemory {
    let folder: HistoryFolder

    /// More histories are not kept of one repository.
    private static let maximumCount = 512
    /// Another program may read manifests otherwise.
    private static let mark = Array("\(HistoryFolder.programMark)\n".utf8)

    func recall(_ name: String) -> [UInt8]? {
        guard let bytes = folder.read(name), bytes.starts(with: Self.mark) else { return nil }
        return Array(bytes.dropFirst(Self.mark.count))
    }

    func keep(_ bytes: [UInt8], as name: String) {
        folder.write(Self.mark + bytes, as: name)
        folder.prune("told-", to: Self.maximumCount)
    }
}
