/// The names that people give to fields of images.
enum ImageKeys {
    /// Keys of one image's parts, in order of preference.
    struct Siblings {
        let tags: [String]
        let digests: [String]
    }

    /// Keys that hold the tag of a mapping with `repository`.
    static let tags = ["tag", "imageTag", "image_tag"]
    /// Keys that hold the digest of a mapping with `repository`; `sha` may leave out the algorithm.
    static let digests = ["digest", "sha", "imageDigest", "image_digest"]

    /// Whether `key` names an image: `image`, `…Image`, `…_image`, `…-image`, or `imageName`.
    static func isImage(_ key: String) -> Bool {
        key == "image" || key.hasSuffix("Image") || key.hasSuffix("_image") || key.hasSuffix("-image")
    }

    /// Whether `key` names an image's name, with or without a tag: `imageName`, `image_name`.
    static func isImageName(_ key: String) -> Bool {
        key == "imageName" || key == "image_name" || key.hasSuffix("ImageName") || key.hasSuffix("_image_name")
    }

    /// Whether `key` names a repository whose tag stands beside it: `imageRepository`, `image_repository`.
    static func isImageRepository(_ key: String) -> Bool {
        key.hasSuffix("mageRepository") || key.hasSuffix("mageRepo") || key.hasSuffix("image_repository")
            || key.hasSuffix("image_repo")
    }

    /// Where the tag and the digest of the image under `key` may stand beside it; of a plain `image`, in `version` too.
    static func siblings(of key: String) -> Siblings {
        let (stem, joint) = stem(of: key)
        func keys(_ words: [String]) -> [String] {
            words.flatMap { word -> [String] in
                let capital = word.prefix(1).uppercased() + word.dropFirst()
                guard stem.isEmpty else {
                    return joint.isEmpty
                        ? [stem + "Image" + capital, stem + capital]
                        : [stem + joint + "image" + joint + word, stem + joint + word]
                }
                return [word, "image" + capital, "image_" + word, "image-" + word]
            }
        }
        return Siblings(tags: keys(["tag", "version"]), digests: keys(["digest", "sha"]))
    }

    /// What stands before `image` in a key, and what joins the two: `web` and `_` for `web_image`.
    private static func stem(of key: String) -> (stem: String, joint: String) {
        for ending in ["Name", "_name", "Repository", "_repository", "Repo", "_repo", ""] where key.hasSuffix(ending) {
            let image = key.dropLast(ending.count)
            for (word, joint) in [("_image", "_"), ("-image", "-"), ("Image", ""), ("image", "")]
            where image.hasSuffix(word) {
                return (String(image.dropLast(word.count)), joint)
            }
        }
        return ("", "")
    }
}
