import PromotionModel
package import YAMLSource

/// Values that Flux's image automation sets, known by the comment beside them: `# {"$imagepolicy": "ns:name:tag"}`.
///
/// They are found anywhere, in objects and keys that no format knows; what a format has found already stays its own.
package struct ImagePolicySetters: CompanionFormat {
    package static let name = "flux"

    private static let mark = "$imagepolicy"

    package func mayHold(_ stream: YAMLStream, file: FileName) -> Bool {
        stream.holds(Self.mark)
    }

    package func slots(in document: ManifestDocument) -> [ArtifactSlot] {
        var walk = Walk()
        walk.walk(document.root, path: document.isObject ? "" : nil)
        return walk.slots.map { slot in
            guard document.isObject else { return slot }
            return ArtifactSlot(name: "\(document.title)/\(slot.name)", kind: slot.kind, layout: slot.layout)
        }
    }

    /// What one comment says.
    private struct Setter {
        enum Part: String {
            case reference = ""
            case name
            case tag
            case digest
        }

        /// `namespace:name` of the policy.
        let policy: String
        let part: Part

        /// The setter in `comment`, if it is one.
        init?(_ comment: String) {
            // A comment of JSON: the value is the next text in quotes behind the key's.
            let parts = comment.split(separator: "\"", omittingEmptySubsequences: false)
            guard let mark = parts.firstIndex(where: { $0 == ImagePolicySetters.mark }), mark + 2 < parts.count else {
                return nil
            }
            let words = parts[mark + 2].split(separator: ":", omittingEmptySubsequences: false)
            guard words.count == 2 || words.count == 3,
                let part = Part(rawValue: words.count == 3 ? String(words[2]) : "")
            else { return nil }
            policy = words[0] + ":" + words[1]
            self.part = part
        }
    }

    /// The marked values of one mapping that one policy sets.
    private struct Marked {
        var name: YAMLNode?
        var tag: (key: String, value: YAMLNode)?
        var digest: (key: String, value: YAMLNode)?
    }

    private struct Walk {
        var slots: [ArtifactSlot] = []

        mutating func walk(_ node: YAMLNode, path: String?) {
            func below(_ key: String) -> String {
                guard let path, !path.isEmpty else { return key == "spec" && path != nil ? "" : key }
                return "\(path).\(key)"
            }
            switch node.kind {
            case .scalar: return
            case .sequence:
                for (index, item) in node.items.enumerated() where !item.isAlias {
                    let name = (path ?? "") + "[\(item["name"]?.text ?? "\(index)")]"
                    if item.kind == .scalar, let setter = item.lineComment.flatMap(Setter.init),
                        setter.part == .reference
                    {
                        slots.append(ArtifactSlot(name: name, layout: .reference(item)))
                    }
                    walk(item, path: name)
                }
            case .mapping:
                var marked: [(policy: String, values: Marked)] = []
                for (key, value) in node.pairs where !value.isAlias {
                    guard let key = key.text else { continue }
                    guard value.kind == .scalar else {
                        walk(value, path: below(key))
                        continue
                    }
                    guard let setter = value.lineComment.flatMap(Setter.init) else { continue }
                    if setter.part == .reference {
                        slots.append(ArtifactSlot(name: below(key), layout: .reference(value)))
                        continue
                    }
                    let place = marked.firstIndex { $0.policy == setter.policy } ?? marked.count
                    if place == marked.count { marked.append((setter.policy, Marked())) }
                    switch setter.part {
                    case .name: marked[place].values.name = value
                    case .tag: marked[place].values.tag = (key, value)
                    case .digest: marked[place].values.digest = (key, value)
                    case .reference: break
                    }
                }
                for (policy, values) in marked { add(values, of: node, policy: policy, name: path ?? "") }
            }
        }

        /// Without a marked name the artifact is called after the policy, which stands for an image somewhere else.
        private mutating func add(_ marked: Marked, of mapping: YAMLNode, policy: String, name: String) {
            guard marked.tag != nil || marked.digest != nil else { return }
            let given = policy.replacing(":", with: "/")
            slots.append(
                ArtifactSlot(
                    name: name.isEmpty ? given : "\(name).\(given)",
                    layout: .fields(
                        ArtifactSlot.Fields(
                            mapping: mapping,
                            keys: ArtifactSlot.Fields.Keys(tag: marked.tag?.key ?? "tag", digest: marked.digest?.key),
                            name: marked.name.map { .node($0) } ?? .given(given), tag: marked.tag?.value,
                            digest: marked.digest?.value))))
        }
    }
}
