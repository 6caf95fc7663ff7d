extension Artifact {
    /// Words by which people name what changes under them, wherever it is kept.
    private static let movingWords: Set<String> = [
        "latest", "stable", "edge", "nightly", "canary", "current", "rolling", "unstable", "snapshot", "head", "main",
        "master", "trunk", "develop", "dev",
    ]

    /// Whether nothing but a tag that is meant to move says what it is: `latest` and its like, also as one of the
    /// words of a tag where that word is `latest` or `SNAPSHOT`.
    ///
    /// Of git, whose branches have these very names, never; see ``isRange`` and the declaration for that.
    package var isFloating: Bool {
        guard digest == nil, kind != .git, let word = tag?.lowercased() else { return false }
        if Self.movingWords.contains(word) { return true }
        let words = word.split { !$0.isLetter && !$0.isNumber }
        return words.first == "latest" || words.last == "latest" || words.last == "snapshot"
    }

    /// Whether the version is a range, of which the newest is taken: `^1.2`, `1.x`, `>=1 <2`; an image has none.
    package var isRange: Bool {
        guard kind != .image, let tag else { return false }
        return tag.utf8.contains { "*^~<>|, =".utf8.contains($0) }
            || tag.split(separator: ".", omittingEmptySubsequences: false).contains { $0 == "x" || $0 == "X" }
    }

    /// Whether the tag is filled in by something else: `${TAG}`, `{{ .Values.tag }}`.
    package var hasPlaceholder: Bool {
        guard let tag else { return false }
        return tag.contains("${") || tag.contains("{{") || tag.contains("$(")
    }

    /// The last part of the repository's path, which a move to another registry keeps.
    package var baseName: Substring {
        repository.split(separator: "/").last ?? repository[...]
    }
}
