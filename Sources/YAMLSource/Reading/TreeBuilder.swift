import CLibyaml

/// Turns events into flat nodes, refusing what passes a limit before it is stored.
///
/// Iterative: the depth of the input costs frames of this builder, never stack.
struct TreeBuilder {
    /// A collection that has begun and not ended; the outermost one stands for the document.
    private struct Frame {
        var node = -1
        var isMapping = false
        /// Whether the next child of a mapping is a key.
        var expectsKey = true
        /// Offset behind the last child.
        var end: UInt32 = 0
        /// Levels of collections in the children.
        var height = 0
        /// Value of ``TreeBuilder/expandedCount`` before this node.
        var expandedBefore = 0
        /// Handle of this node's anchor, or -1.
        var anchor = -1
    }

    private(set) var nodes: [StoredNode] = []
    private(set) var decoded: [UInt8] = []
    private(set) var properties: [StoredProperties] = []
    private(set) var roots: [Int] = []
    /// Indices of the mappings that have a merge key.
    private(set) var mergingMappings: [Int] = []

    private let text: SourceText
    private let limits: YAMLLimits
    private var cursor = CharacterCursor()
    /// The innermost collection; kept apart from the array because every event touches it.
    private var frame = Frame()
    /// The collections around it, outermost first; as many as the depth.
    private var outerFrames: [Frame] = []
    private var anchors = AnchorTable()
    private var aliasCount = 0
    /// Nodes of the document so far, those behind aliases counted as often as reached.
    private var expandedCount = 0

    init(_ text: SourceText, limits: YAMLLimits) {
        self.text = text
        self.limits = limits
        // Manifests have a node for every 10 to 25 bytes; a larger file grows the array as it needs.
        nodes.reserveCapacity(min(text.count / 10 + 8, 65_536))
        outerFrames.reserveCapacity(16)
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
        try unsafe countNode(event)
        let style = unsafe Self.style(of: event.pointee.data.scalar.style)
        let (anchor, tag) = unsafe (event.pointee.data.scalar.anchor, event.pointee.data.scalar.tag)
        let count = unsafe event.pointee.data.scalar.length
        let end = offset(unsafe event.pointee.end_mark.index)
        var start = offset(unsafe event.pointee.start_mark.index)
        var properties: UInt32 = 0
        if unsafe anchor != nil || tag != nil {
            start = skipProperties(from: start, to: end)
            properties = try unsafe addProperties(event, anchor: anchor, tag: tag)
        }
        let content = unsafe store(event.pointee.data.scalar.value, count: count, style: style, start: start, end: end)
        let merges = unsafe (count == 2 || properties > 0) && isMergeKey(at: start, style, count: count, tag: tag)
        let index = nodes.count
        nodes.append(
            StoredNode(
                start: start, end: end,
                line: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.line + 1),
                column: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.column + 1),
                next: UInt32(truncatingIfNeeded: index + 1),
                textStart: content.start, textCount: UInt32(truncatingIfNeeded: count), properties: properties,
                form: .scalar, style: style, isDecoded: content.isDecoded, merges: merges))
        if unsafe anchor != nil {
            anchors.complete(unsafe addAnchor(anchor, node: index), expandedCount: 1, height: 0)
        }
        completeChild(end: end, height: 0, isMergeKey: merges)
    }

    private mutating func takeStart(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
        try unsafe countNode(event)
        guard outerFrames.count < limits.maxDepth else {
            throw unsafe problem(event, "collections nested deeper than \(limits.maxDepth) levels")
        }
        let isMapping = unsafe event.pointee.type == YAML_MAPPING_START_EVENT
        let isFlow =
            unsafe isMapping
            ? event.pointee.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
            : event.pointee.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE
        // Mapping and sequence start have the same layout in yaml.h.
        let (anchor, tag) = unsafe (event.pointee.data.mapping_start.anchor, event.pointee.data.mapping_start.tag)
        let index = nodes.count
        let start = offset(unsafe event.pointee.start_mark.index)
        var properties: UInt32 = 0
        if unsafe anchor != nil || tag != nil {
            properties = try unsafe addProperties(event, anchor: anchor, tag: tag)
        }
        outerFrames.append(frame)
        frame = Frame(
            node: index, isMapping: isMapping, end: start, expandedBefore: expandedCount - 1,
            anchor: unsafe anchor == nil ? -1 : addAnchor(anchor, node: index))
        nodes.append(
            StoredNode(
                start: start, end: start,
                line: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.line + 1),
                column: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.column + 1),
                next: UInt32(truncatingIfNeeded: index + 1), properties: properties,
                form: isMapping ? .mapping : .sequence, style: isFlow ? .flow : .block))
    }

    private mutating func takeEnd(_ event: UnsafePointer<yaml_event_t>) {
        guard let outer = outerFrames.popLast() else { return }
        let isFlow = nodes[frame.node].style == .flow
        let end = isFlow ? offset(unsafe event.pointee.end_mark.index) : frame.end
        nodes[frame.node].end = end
        nodes[frame.node].next = UInt32(truncatingIfNeeded: nodes.count)
        let height = frame.height + 1
        if frame.anchor >= 0 {
            anchors.complete(frame.anchor, expandedCount: expandedCount - frame.expandedBefore, height: height)
        }
        frame = outer
        completeChild(end: end, height: height, isMergeKey: false)
    }

    private mutating func takeAlias(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
        try unsafe countNode(event)
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
        guard outerFrames.count + anchor.height <= limits.maxDepth else {
            throw unsafe problem(event, "collections nested deeper than \(limits.maxDepth) levels through *\(name)")
        }
        let end = offset(unsafe event.pointee.end_mark.index)
        nodes.append(
            StoredNode(
                start: offset(unsafe event.pointee.start_mark.index), end: end,
                line: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.line + 1),
                column: UInt32(truncatingIfNeeded: unsafe event.pointee.start_mark.column + 1),
                next: UInt32(truncatingIfNeeded: nodes.count + 1),
                textStart: UInt32(truncatingIfNeeded: anchor.node), form: .alias, style: .plain))
        expandedCount += anchor.expandedCount
        let budget = 10 * (nodes.count - (roots.last ?? 0)) + limits.expansionAllowance
        guard expandedCount <= budget else {
            throw unsafe problem(event, "aliases expand the document to more than \(budget) nodes")
        }
        completeChild(end: end, height: anchor.height, isMergeKey: false)
    }
}

// MARK: - Parts of a node

extension TreeBuilder {
    /// Counts the node that `event` starts.
    private mutating func countNode(_ event: UnsafePointer<yaml_event_t>) throws(YAMLProblem) {
        guard nodes.count < limits.maxNodes else {
            throw unsafe problem(event, "more than \(limits.maxNodes) nodes")
        }
        if outerFrames.isEmpty {
            roots.append(nodes.count)
        }
        expandedCount += 1
    }

    /// Keeps the content of a scalar: as a range of the source where the bytes are the same, as a copy otherwise.
    private mutating func store(
        _ value: UnsafePointer<UInt8>?, count: Int, style: YAMLStyle, start: UInt32, end: UInt32
    ) -> (start: UInt32, isDecoded: Bool) {
        guard let value = unsafe value, count > 0 else { return (start, false) }
        let quotes: UInt32 = style == .plain ? 0 : 1
        if count == Int(end) - Int(start) - Int(2 * quotes), let base = unsafe text.bytes.baseAddress,
            unsafe memcmp(value, base + (Int(start + quotes) - text.markCount), count) == 0
        {
            return (start + quotes, false)
        }
        let decodedStart = UInt32(truncatingIfNeeded: decoded.count)
        unsafe decoded.append(contentsOf: UnsafeBufferPointer(start: value, count: count))
        return (decodedStart, true)
    }

    /// Counts a finished child in the collection around it.
    private mutating func completeChild(end: UInt32, height: Int, isMergeKey: Bool) {
        if isMergeKey, frame.isMapping, frame.expectsKey, !nodes[frame.node].merges {
            nodes[frame.node].merges = true
            mergingMappings.append(frame.node)
        }
        frame.expectsKey.toggle()
        frame.end = end
        frame.height = max(frame.height, height)
    }

    /// The merge key of the YAML type repository: a plain `<<`, or any scalar tagged `!!merge`.
    private func isMergeKey(
        at start: UInt32, _ style: YAMLStyle, count: Int, tag: UnsafePointer<UInt8>?
    ) -> Bool {
        if let tag = unsafe tag {
            return unsafe String(cString: tag) == "tag:yaml.org,2002:merge"
        }
        let start = Int(start) - text.markCount
        // Behind a tag that the text follows at once, as in `!a,b`, less than the text may be left.
        guard style == .plain, count == 2, start + 1 < text.count else { return false }
        return text[start] == UInt8(ascii: "<") && text[start + 1] == UInt8(ascii: "<")
    }

    private static func style(of style: yaml_scalar_style_t) -> YAMLStyle {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
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
            case UInt8(ascii: "&"):
                // Its name ends where no character of a name stands: `&a:b` is an anchor and the text `:b`.
                repeat { index += 1 } while index < end && Self.isNameByte(text[index])
            case UInt8(ascii: "!"):
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

    /// Whether `byte` may be part of an anchor's name, as libyaml has it.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private mutating func offset(_ character: Int) -> UInt32 {
        let index = text.isASCII ? character : unsafe cursor.offset(ofCharacter: character, in: text.bytes)
        return UInt32(truncatingIfNeeded: index + text.markCount)
    }

    private func problem(_ event: UnsafePointer<yaml_event_t>, _ message: String) -> YAMLProblem {
        let mark = unsafe event.pointee.start_mark
        return YAMLProblem(line: mark.line + 1, column: mark.column + 1, message: message)
    }
}
