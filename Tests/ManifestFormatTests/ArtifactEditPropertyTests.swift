import ManifestFormat
import ModelBuilders
import PromotionModel
import TestSupport
import Testing

/// Every manifest that a test of a format reads, for what holds of all formats.
enum SampleCorpus {
    static let all: [Sample] =
        ComponentFormatTests.samples + KubernetesFormatTests.samples + KustomizeFormatTests.samples
        + HelmValuesFormatTests.samples + TemplateTests.samples + CustomResourceFormatTests.samples
        + FluxFormatTests.samples + ArgoCDFormatTests.samples + ListFormatTests.samples
        + TerraformFormatTests.samples + VersionFileFormatTests.samples
}

/// What an edit leaves alone, tried on every format's samples with odd line ends and comments in odd places.
@Suite struct ArtifactEditPropertyTests {
    @Test(arguments: SampleCorpus.all)
    func `an edit changes one artifact and no byte beside it`(_ sample: Sample) throws {
        var edits = Edits()
        for seed in 0..<UInt64(10) {
            var random = RandomModel(seed: seed &* 7_919 &+ UInt64(sample.text.utf8.count))
            let text = seed == 0 ? sample.text : Decoration.decorate(sample.text, &random)
            guard let manifest = Manifest(text, path: sample.path), manifest.names == Manifest.names(sample) else {
                continue
            }
            for place in manifest.found.indices where !manifest.found[place].isEntry {
                try edits.tryOne(on: manifest, at: place, &random)
            }
        }
        // What is declared plainly can be edited; refused are aliases, several lines, and parts without a place.
        guard !sample.name.hasSuffix("anchors") else { return }
        #expect(edits.made * 4 >= edits.refused, "\(edits)")
        #expect(
            edits.made > 0 || Manifest(sample.text, path: sample.path)?.found.allSatisfy(\.isEntry) != false, "\(edits)"
        )
    }

    /// A manifest and what it declares.
    private struct Manifest {
        let bytes: [UInt8]
        let path: String
        let found: [ManifestReader.Contents.Found]
        let blanked: [UInt8]?

        init?(_ bytes: [UInt8], path: String) {
            let contents = ManifestReader().read(bytes, path: path, blanking: true)
            guard !contents.problems.contains(where: { $0.place.line == 0 }) else { return nil }
            self.bytes = bytes
            self.path = path
            found = contents.found
            blanked = contents.blanked
        }

        init?(_ text: String, path: String) {
            self.init(Array(text.utf8), path: path)
        }

        var names: [String] { found.map { "\($0.name) \($0.artifact)" } }

        static func names(_ sample: Sample) -> [String]? {
            Manifest(sample.text, path: sample.path)?.names
        }

        var lines: [ArraySlice<UInt8>] {
            bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        }
    }

    private struct Edits: CustomStringConvertible {
        var made = 0
        var refused = 0
        var reasons: Set<String> = []

        var description: String { "\(made) made, \(refused) refused: \(reasons.sorted())" }

        mutating func tryOne(on manifest: Manifest, at place: Int, _ random: inout RandomModel) throws {
            let old = manifest.found[place]
            let artifact = old.artifact.another(&random)
            let bytes: [UInt8]
            do {
                bytes = try ManifestEditor().edit(
                    manifest.bytes, path: manifest.path,
                    replacements: [
                        ManifestEditor.Replacement(line: old.line, column: old.column, artifact: artifact)
                    ])
            } catch {
                refused += 1
                reasons.insert(error.message)
                return
            }
            made += 1
            let edited = try #require(Manifest(bytes, path: manifest.path), "\(artifact)")
            var names = manifest.names
            names[place] = "\(old.name) \(artifact)"
            #expect(edited.names == names)
            let hasSameParts =
                (old.artifact.tag == nil) == (artifact.tag == nil)
                && (old.artifact.digest == nil) == (artifact.digest == nil)
            if hasSameParts {
                // Without the declared values nothing is left that differs.
                // A digest that stood in the repository gets a field of its own.
                let blanks = [edited.blanked, manifest.blanked].map { blanked in
                    String(decoding: blanked ?? [], as: UTF8.self).replacing(", digest: ", with: "")
                }
                #expect(blanks[0] == blanks[1])
            } else {
                expectOnePartMore(edited, manifest)
            }
        }

        /// A tag or a digest came or went, each at most with a line of its own; the other changed in its line.
        private func expectOnePartMore(_ edited: Manifest, _ manifest: Manifest) {
            #expect(abs(edited.lines.count - manifest.lines.count) <= 2)
            let difference = edited.lines.difference(from: manifest.lines)
            #expect(difference.insertions.count <= 3 && difference.removals.count <= 3, "\(difference)")
        }
    }
}

extension Artifact {
    /// Another version of the same thing.
    fileprivate func another(_ random: inout RandomModel) -> Artifact {
        let keepsParts = random.chance(60)
        let pin = (keepsParts ? digest != nil : random.chance(60)) ? random.digest() : nil
        let commit = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
        let (tag, digest): (String?, Digest?) =
            switch kind {
            case .image:
                (
                    (keepsParts ? tag != nil : random.chance(80))
                        ? random.pick(["2.0.0", "1.10", "0123", "7e12345", "no"]) : nil, pin
                )
            case .oci: (random.pick(["2.0.0", "1.10"]), pin)
            case .chart: (random.pick(["7.0.0", "1.10", ">=2.0 <3"]), nil)
            case .git: (tag?.utf8.count == 40 ? commit : random.pick(["v9", "release/9", "1.10"]), nil)
            case .version: (random.pick(["9.9.9", "1.10"]), nil)
            }
        return Artifact(kind: kind, repository: repository, tag: tag, digest: digest)
    }
}

/// Changes of a text that leave its meaning alone, where they do.
private enum Decoration {
    static func decorate(_ text: String, _ random: inout RandomModel) -> String {
        var lines: [String] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let indentation = line.prefix { $0 == " " }
            if random.chance(8) { lines.append("\(indentation)# \(random.pick(["why", "a: b", "[", "image: x:1"]))") }
            if random.chance(5) { lines.append("") }
            lines.append(String(line) + (random.chance(10) && !line.isEmpty ? random.pick([" ", "  # why: {"]) : ""))
        }
        var result = lines.joined(separator: random.chance(30) ? "\r\n" : "\n")
        while random.chance(50), result.hasSuffix("\n") || result.hasSuffix("\r\n") { result.removeLast() }
        return random.chance(10) ? "\u{FEFF}" + result : result
    }
}
