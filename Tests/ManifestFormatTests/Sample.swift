import ManifestFormat
import PromotionModel
import TestSupport
import Testing

/// A manifest in a test, and the golden file that says what is read from it.
struct Sample: Sendable, CustomTestStringConvertible {
    let name: String
    let path: String
    let text: String

    init(_ name: String, path: String = "environments/prod/app.yaml", _ text: String) {
        self.name = name
        self.path = path
        self.text = text
    }

    var testDescription: String { name }

    /// `line:column format component = artifact` for each declaration, then the problems.
    var reading: String {
        Self.reading([(path, text)])
    }

    static func reading(_ files: [(path: String, text: String)], root: String = "environments/prod/") -> String {
        let assembly = assembly(files, root: root)
        let declarations = assembly.declarations.map { declaration in
            "\(declaration.place): \(declaration.format) \(declaration.component) = \(declaration.artifact)"
        }
        return (declarations + assembly.problems.map { "! \($0)" }).map { $0 + "\n" }.joined()
    }

    static func assembly(
        _ files: [(path: String, text: String)], root: String = "environments/prod/"
    ) -> EnvironmentAssembly {
        EnvironmentAssembly(
            files: files.map { file in
                EnvironmentAssembly.File(
                    path: file.path, relativePath: String(file.path.dropFirst(root.count)),
                    contents: ManifestReader().read(Array(file.text.utf8), path: file.path))
            })
    }
}

/// A digest of one repeated hexadecimal digit, as manifests write it.
func pin(_ digit: Character) -> String {
    "sha256:" + String(repeating: digit, count: 64)
}
