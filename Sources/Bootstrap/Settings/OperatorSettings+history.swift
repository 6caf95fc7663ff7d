import HistoryIndex

extension OperatorSettings {
    /// The index of the history of the repository whose objects are in `commonDirectory`; `nil` where nothing is kept.
    func historyIndex(of commonDirectory: String) -> HistoryIndex? {
        var folder: HistoryFolder?
        if !readsHistoryAnew {
            guard let cacheDirectory, let found = HistoryFolder(of: commonDirectory, in: cacheDirectory) else {
                return nil
            }
            folder = found
        }
        let tell = remote.tell
        return HistoryIndex(in: folder) { news in
            switch news {
            case .progress(let count):
                tell(.progress(count.map { "indexing the history: \($0) commits read" } ?? ""))
            case .damaged: tell(.note("note: the history index in the cache was damaged and is made anew"))
            }
        }
    }
}
