/// The form of a node, in the words of the YAML specification.
package enum YAMLKind: UInt8, Hashable, Sendable {
    case scalar
    case mapping
    case sequence
}

/// How a node is written; the first six are styles of scalars, the last two of collections.
package enum YAMLStyle: UInt8, Hashable, Sendable {
    case plain
    case singleQuoted
    case doubleQuoted
    case literal
    case folded
    /// Of Terraform, what is no literal value: worked out elsewhere, and never edited.
    case expression
    case block
    case flow
}

/// One node of the flat tree: 36 bytes, no reference, children right behind their parent.
///
/// Offsets are bytes of the source as given, byte order mark included. The nodes of a subtree are contiguous, so the
/// children of node `i` are `i + 1`, that node's `next`, and so on up to `nodes[i].next`.
struct StoredNode {
    enum Form: UInt8 {
        case scalar
        case mapping
        case sequence
        case alias
    }

    /// Offset of the first byte; of a scalar, behind its anchor and tag.
    var start: UInt32
    /// Offset behind the last byte; of a block collection, behind its last child.
    var end: UInt32
    /// Line of the first character, anchor and tag included, from 1.
    var line: UInt32
    /// Column of the first character, anchor and tag included, in characters from 1.
    var column: UInt32
    /// Index of the node that follows this one's subtree.
    var next: UInt32
    /// Of a scalar, where its content starts; of an alias, the index of the node it stands for.
    var textStart: UInt32 = 0
    /// Length of a scalar's content in bytes.
    var textCount: UInt32 = 0
    /// Index into the table of properties plus one; 0 for a node without anchor and tag.
    var properties: UInt32 = 0
    var form: Form
    var style: YAMLStyle
    /// Whether the content lies in the buffer of decoded text instead of the source.
    var isDecoded = false
    /// Of a scalar, whether it is the merge key; of a mapping, whether it has one.
    var merges = false
}

/// Anchor and tag of a node, as ranges of the decoded text; an empty range stands for none.
struct StoredProperties {
    var anchorStart: UInt32 = 0
    var anchorCount: UInt32 = 0
    var tagStart: UInt32 = 0
    var tagCount: UInt32 = 0
}
