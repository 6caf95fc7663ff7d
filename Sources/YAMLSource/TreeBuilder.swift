import CLibyaml

/// Turns events into flat nodes, refusing what passes a limit before it is stored.
///
/// Iterative: the depth of the input costs frames of this builder, never stack.
struct TreeBuilder {
    /// A collection that has begun and not ended.
    private struct Frame {
        let node: Int
        let isMapping: Bool
        /// Children met; in a mapping, the next is a key if even.
        var childCount = 0
        /// Offset behind the last child.
        var end: UInt32
        /// Levels of collections in the children.
        var height = 0
        /// Value of ``TreeBuilder/expandedCount`` before this node.
        let expandedBefore: Int
        /// Handle of this node's anchor.
        let anchor: Int?
    }

    private(set) var nodes: [StoredNode] = []
    private(set) var decoded: [UInt8] = []
    private(set) var properties: [StoredProperties] = []
    private(set) var roots: [Int] = []

    private let text: SourceText
    private let limits: YAMLLimits
    private var cursor = CharacterCursor()
    private var frames: [Frame] = []
    private var anchors = AnchorTable()
    private var aliasCount = 0
    /// Nodes of the document so far, those behind aliases counted as often as reached.
    private var expandedCount = 0

    init(_ text: SourceText, limits: YAMLLimits) {
        self.text = text
        self.limits = limits
        // Manifests have a node for every 16 to 25 bytes; a larger file grows the array as it needs.
        nodes.reserveCapacity(min(text.count / 16 + 8, 65_536))
        frames.reserveCapacity(16)
    }

    /// Takes the next event; answers whether more follow.
    mutating func take(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) -> Bool {
        switch unsafe event.pointee.type {
        case YAML_SCALAR_EVENT: try unsafe takeScalar(event)
        case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT: try unsafe takeStart(event)
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT: unsafe takeEnd(event)
        case YAML_ALIAS_EVENT: try unsafe takeAlias(event)
        case YAML_DOCUMENT_START_EVENT:
            guard roots.count < limits.maxDocuments else {
                throw unsafe problem(event, "more than \(limits.maxDocuments) documents")
            }
            anchors.removeAll()
            expandedCount = 0
        case YAML_STREAM_END_EVENT: return false
        default: break
        }
        return true
    }

    private mutating func takeScalar(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
        let style =
            switch unsafe event.pointee.data.scalar.style {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: YAMLStyle.singleQuoted
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: YAMLStyle.doubleQuoted
            case YAML_LITERAL_SCALAR_STYLE: YAMLStyle.literal
            case YAML_FOLDED_SCALAR_STYLE: YAMLStyle.folded
            default: YAMLStyle.plain
            }
        var node = try unsafe newNode(event, form: .scalar, style: style)
        let (anchor, tag) = unsafe (event.pointee.data.scalar.anchor, event.pointee.data.scalar.tag)
        if unsafe anchor != nil || tag != nil {
            node.start = skipProperties(from: node.start, to: node.end)
            node.properties = try unsafe addProperties(event, anchor: anchor, tag: tag)
        }
        let count = unsafe event.pointee.data.scalar.length
        unsafe store(UnsafeRawPointer(event.pointee.data.scalar.value), count: count, in: &node)
        if count == 2 || node.properties > 0 {
            node.merges = unsafe isMergeKey(node, tag: tag)
        }
        nodes.append(node)
        if unsafe anchor != nil {
            let handle = unsafe addAnchor(anchor, node: nodes.count - 1)
            anchors.complete(handle, expandedCount: 1, height: 0)
        }
        completeChild(end: node.end, height: 0, isMergeKey: node.merges)
    }

    private mutating func takeStart(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
        guard frames.count < limits.maxDepth else {
            throw unsafe problem(event, "collections nested deeper than \(limits.maxDepth) levels")
        }
        let isMapping = unsafe event.pointee.type == YAML_MAPPING_START_EVENT
        let isFlow =
            unsafe isMapping
            ? event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            : event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
        let before = expandedCount
        var node = try unsafe newNode(event, form: isMapping ? .mapping : .sequence, style: isFlow ? .flow : .block)
        // Mapping and sequence start have the same layout, as they have in yaml.h.
        let (anchor, tag) = unsafe (event.pointee.data.mapping_start.anchor, event.pointee.data.mapping_start.tag)
        if unsafe anchor != nil || tag != nil {
            node.properties = try unsafe addProperties(event, anchor: anchor, tag: tag)
        }
        let handle = unsafe anchor == nil ? nil : addAnchor(anchor, node: nodes.count)
        frames.append(
            Frame(node: nodes.count, isMapping: isMapping, end: node.start, expandedBefore: before, anchor: handle))
        nodes.append(node)
    }

    private mutating func takeEnd(_ event: UnsafePointer<yaml_event_t>) {
        guard let frame = frames.popLast() else { return }
        let isFlow = nodes[frame.node].style == .flow
        let end = isFlow ? offset(unsafe event.pointee.end_mark) : frame.end
        nodes[frame.node].end = end
        nodes[frame.node].next = UInt32(truncatingIfNeeded: nodes.count)
        let height = frame.height + 1
        if let anchor = frame.anchor {
            anchors.complete(anchor, expandedCount: expandedCount - frame.expandedBefore, height: height)
        }
        completeChild(end: end, height: height, isMergeKey: false)
    }

    private mutating func takeAlias(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
        aliasCount += 1
        guard aliasCount <= limits.maxAliases else {
            throw unsafe problem(event, "more than \(limits.maxAliases) aliases")
        }
        let name = unsafe String(cString: event.pointee.data.alias.anchor)
        guard let anchor = anchors[name] else {
            throw unsafe problem(event, "the alias *\(name) has no anchor &\(name) before it")
        }
        guard anchor.isComplete else {
            throw unsafe problem(event, "the alias *\(name) stands inside the node it refers to")
        }
        guard frames.count + anchor.height <= limits.maxDepth else {
            throw unsafe problem(event, "collections nested deeper than \(limits.maxDepth) levels through *\(name)")
        }
        var node = try unsafe newNode(event, form: .alias, style: .plain)
        node.textStart = UInt32(truncatingIfNeeded: anchor.node)
        nodes.append(node)
        expandedCount += anchor.expandedCount
        guard expandedCount <= 10 * nodes.count + limits.expansionAllowance else {
            throw unsafe problem(event, "aliases expand the document to more than \(expandedCount) nodes")
        }
        completeChild(end: node.end, height: anchor.height, isMergeKey: false)
    }
}

// MARK: - Parts of a node

extension TreeBuilder {
    /// A node at the place of `event`, counted; its `next` is right for a node without children.
    private mutating func newNode(
        _ event: UnsafePointer<yaml_event_t>, form: StoredNode.Form, style: YAMLStyle
    ) throws(YAMLProblem) -> StoredNode {
        guard nodes.count < limits.maxNodes else {
            throw unsafe problem(event, "more than \(limits.maxNodes) nodes")
        }
        if frames.isEmpty {
            roots.append(nodes.count)
        }
        expandedCount += 1
        return StoredNode(
            start: offset(unsafe event.pointee.start_mark),
            end: offset(unsafe event.pointee.end_mark),
            line: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.line + 1),
            column: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.column + 1),
            next: UInt32(truncatingIfNeeded: nodes.count + 1),
            form: form, style: style)
    }

    /// Keeps the content of a scalar: as a range of the source where the bytes are the same, as a copy otherwise.
    private mutating func store(_ value: UnsafeRawPointer?, count: Int, in node: inout StoredNode) {
        node.textCount = UInt32(truncatingIfNeeded: count)
        let quotes = node.style == .plain ? 0 : 1
        let start = Int(node.start) - text.markCount + quotes
        guard let value = unsafe value, count > 0 else {
            node.textStart = node.start
            return
        }
        if count == Int(node.end - node.start) - 2 * quotes, let base = unsafe text.bytes.baseAddress,
            unsafe memcmp(value, base + start, count) == 0
        {
            node.textStart = UInt32(truncatingIfNeeded: start + text.markCount)
            return
        }
        node.isDecoded = true
        node.textStart = UInt32(truncatingIfNeeded: decoded.count)
        unsafe decoded.append(contentsOf: UnsafeRawBufferPointer(start: value, count: count))
    }

    /// Counts a finished child in the collection around it.
    private mutating func completeChild(end: UInt32, height: Int, isMergeKey: Bool) {
        let last = frames.count - 1
        guard last >= 0 else { return }
        if isMergeKey, frames[last].isMapping, frames[last].childCount.isMultiple(of: 2) {
            nodes[frames[last].node].merges = true
        }
        frames[last].childCount += 1
        frames[last].end = end
        frames[last].height = max(frames[last].height, height)
    }

    /// The merge key of the YAML type repository: a plain `<<`, or any scalar tagged `!!merge`.
    private func isMergeKey(_ node: StoredNode, tag: UnsafePointer<UInt8>?) -> Bool {
        if let tag = unsafe tag {
            return unsafe String(cString: tag) == "tag:yaml.org,2002:merge"
        }
        let start = Int(node.start) - text.markCount
        return node.style == .plain && node.textCount == 2 && text[start] == UInt8(ascii: "<")
            && text[start + 1] == UInt8(ascii: "<")
    }

    private mutating func addAnchor(_ name: UnsafePointer<UInt8>?, node index: Int) -> Int {
        anchors.insert(unsafe name.map { unsafe String(cString: $0) } ?? "", node: index)
    }

    private mutating func addProperties(
        _ event: UnsafePointer<yaml_event_t>, anchor: UnsafePointer<UInt8>?, tag: UnsafePointer<UInt8>?
    ) throws(YAMLProblem) -> UInt32 {
        var stored = StoredProperties()
        if let anchor = unsafe anchor {
            (stored.anchorStart, stored.anchorCount) = unsafe addDecoded(anchor)
        }
        if let tag = unsafe tag {
            (stored.tagStart, stored.tagCount) = unsafe addDecoded(tag)
        }
        // A %TAG directive lets five bytes stand for a long prefix; everything else is about as long as its source.
        guard decoded.count <= 2 * text.count + 65_536 else {
            throw unsafe problem(event, "tag directives expand to more than \(decoded.count) bytes")
        }
        properties.append(stored)
        return UInt32(truncatingIfNeeded: properties.count)
    }

    private mutating func addDecoded(_ string: UnsafePointer<UInt8>) -> (start: UInt32, count: UInt32) {
        let start = decoded.count
        let bytes = unsafe UnsafeRawBufferPointer(start: string, count: strlen(UnsafeRawPointer(string)))
        unsafe decoded.append(contentsOf: bytes)
        return (UInt32(truncatingIfNeeded: start), UInt32(truncatingIfNeeded: decoded.count - start))
    }

    /// The offset behind anchor, tag, blanks and comments that stand before a scalar's own first byte.
    private func skipProperties(from start: UInt32, to end: UInt32) -> UInt32 {
        var index = Int(start) - text.markCount
        let end = Int(end) - text.markCount
        while index < end {
            switch text[index] {
            case UInt8(ascii: "&"), UInt8(ascii: "!"):
                while index < end, !Self.isBlank(text[index]) { index += 1 }
            case UInt8(ascii: "#"):
                while index < end, text[index] != UInt8(ascii: "\n") { index += 1 }
            case let byte where Self.isBlank(byte):
                index += 1
            default:
                return UInt32(truncatingIfNeeded: index + text.markCount)
            }
        }
        return UInt32(truncatingIfNeeded: end + text.markCount)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private mutating func offset(_ mark: yaml_mark_t) -> UInt32 {
        let index = text.isASCII ? mark.index : unsafe cursor.offset(ofCharacter: mark.index, in: text.bytes)
        return UInt32(truncatingIfNeeded: index + text.markCount)
    }

    private func problem(_ event: UnsafePointer<yaml_event_t>, _ message: String) -> YAMLProblem {
        let mark = unsafe event.pointee.start_mark
        return YAMLProblem(line: mark.line + 1, column: mark.column + 1, message: message)
    }
}
