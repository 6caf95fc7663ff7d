package import PromotionModel

/// Puts the files of one environment together: names that collide are told apart, the rest stays as it is.
package struct EnvironmentAssembly: Sendable {
    /// One file of an environment.
    package struct File: Sendable {
        /// Path from the root of the repository.
        package let path: String
        /// Path below the environment's folder, for names that collide.
        package let relativePath: String
        package let contents: ManifestReader.Contents

        package init(path: String, relativePath: String, contents: ManifestReader.Contents) {
            self.path = path
            self.relativePath = relativePath
            self.contents = contents
        }
    }

    /// Sorted by component.
    package let declarations: [Declaration]
    /// Sorted.
    package let problems: [Problem]

    /// Names every declaration of `files`.
    ///
    /// A name that two files use is prefixed by the file's path below the environment; what still collides, within one
    /// file, is numbered in order of appearance: `#2`, `#3`.
    package init(files: [File], problems extra: [Problem] = []) {
        var users: [String: Set<String>] = [:]
        for file in files {
            for found in file.contents.found { users[found.name, default: []].insert(file.path) }
        }
        var problems = extra
        var declarations: [Declaration] = []
        var taken: Set<String> = []
        for file in files {
            problems += file.contents.problems
            var seen: [String: Int] = [:]
            for found in file.contents.found {
                let isShared = users[found.name, default: []].count > 1
                let base = isShared ? "\(Self.word(file.relativePath)):\(found.name)" : found.name
                var name = base
                repeat {
                    seen[base, default: 0] += 1
                    let count = seen[base, default: 1]
                    name = count > 1 ? "\(base)#\(count)" : base
                } while !taken.insert(name).inserted
                let place = Place(file: file.path, line: found.line, column: found.column)
                do {
                    declarations.append(
                        Declaration(
                            component: try ComponentName(name), artifact: found.artifact, format: found.format,
                            place: place, isEntry: found.isEntry, isMoving: found.isMoving,
                            takesDigest: found.takesDigest))
                } catch {
                    problems.append(Problem(place, error.description))
                }
            }
        }
        self.declarations = declarations.sorted { $0.component < $1.component }
        self.problems = problems.sorted()
    }

    /// A path as one word: white space and what is invisible are percent-encoded.
    private static func word(_ path: String) -> String {
        guard !path.isPlainWord else { return path }
        var text = ""
        for scalar in path.unicodeScalars {
            if scalar.isInvisible || scalar.properties.isWhitespace {
                text += String(scalar).utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
                    .joined()
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
