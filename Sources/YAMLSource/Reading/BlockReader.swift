/// Reads the part of YAML that most manifests keep to, several times as fast as libyaml and with the very same nodes.
///
/// That part: ASCII without tabs, block mappings and sequences, keys and values on one line, plain or in quotes without
/// escapes, flow collections on one line, comments, documents behind `---`. Everything else, and everything that is
/// wrong, is left to libyaml: then ``read()`` answers false, and never guesses. Nothing is allocated for an event.
@safe struct BlockReader {
    /// An open block collection.
    private struct Level {
        /// Index of its node.
        let node: Int
        let column: Int
        let isMapping: Bool
        /// Whether it is a sequence in the column of the mapping that it is a value of.
        let isIndentless: Bool
        /// Offset behind the last child.
        var end: UInt32
    }

    /// A place behind the `:` or `-` whose value has not come yet.
    private struct Gap {
        let offset: Int
        let line: UInt32
        let column: Int
    }

    private(set) var nodes: [StoredNode] = []
    /// Index of the root node of each document.
    private(set) var roots: [Int] = []

    var cursor: LineCursor
    private let limits: YAMLLimits
    private var levels: [Level] = []
    private var gap: Gap?
    /// Whether a document was begun by `---` and nothing of it has come yet.
    private var isAwaitingRoot = false

    init(_ text: SourceText, limits: YAMLLimits) {
        cursor = LineCursor(text)
        self.limits = limits
        nodes.reserveCapacity(min(text.count / 10 + 8, 65_536))
        levels.reserveCapacity(16)
    }

    /// Reads all of the text; answers whether it is of the part that is read here.
    mutating func read() -> Bool {
        guard cursor.isPlain else { return false }
        while !cursor.isAtEnd {
            guard readLine() else { return false }
            cursor.nextLine()
        }
        guard endDocument() else { return false }
        return !roots.isEmpty && nodes.count <= limits.maxNodes
    }

    /// Reads one line, up to its end or to its comment.
    private mutating func readLine() -> Bool {
        cursor.skipBlanks()
        guard !cursor.isAtLineEnd, cursor.byte != UInt8(ascii: "#") else { return true }
        if cursor.column == 0 {
            if cursor.isDocumentStart {
                guard endDocument(), roots.count < limits.maxDocuments else { return false }
                isAwaitingRoot = true
                return cursor.skipDocumentStart()
            }
            // Another marker, or near to one.
            guard !cursor.startsLikeMarker else { return false }
        }
        let isEntry = cursor.isEntry
        guard settle(column: cursor.column, isEntry: isEntry) else { return false }
        return isEntry ? readEntries() : readPair()
    }

    /// Ends what a line at `column` ends, and begins what it begins; answers whether the line fits in.
    private mutating func settle(column: Int, isEntry: Bool) -> Bool {
        guard let top = levels.last else {
            guard roots.count < limits.maxDocuments, roots.isEmpty || isAwaitingRoot else { return false }
            isAwaitingRoot = false
            roots.append(nodes.count)
            return begin(isMapping: !isEntry)
        }
        if gap != nil {
            if column > top.column {
                gap = nil
                return begin(isMapping: !isEntry)
            }
            if column == top.column, top.isMapping, isEntry {
                gap = nil
                return begin(isMapping: false, isIndentless: true)
            }
            fillGap()
        }
        while let top = levels.last, top.column > column || (top.column == column && top.isIndentless && !isEntry) {
            endLevel()
        }
        // Deeper than what is open, it would carry a value on.
        guard let top = levels.last else { return false }
        return top.column == column && top.isMapping != isEntry
    }

    /// Reads `- ` and what stands behind it, itself perhaps another `- ` or a first pair.
    private mutating func readEntries() -> Bool {
        while true {
            cursor.skip(1)
            let behind = Gap(offset: cursor.position, line: cursor.line, column: cursor.column)
            cursor.skipBlanks()
            if cursor.isAtLineEnd || cursor.byte == UInt8(ascii: "#") {
                gap = behind
                return true
            }
            if cursor.isEntry {
                guard begin(isMapping: false) else { return false }
                continue
            }
            if cursor.isFlowStart { return readFlow() && cursor.isAtValueEnd }
            guard let scalar = cursor.scalar() else { return false }
            guard cursor.isKeyEnd else {
                add(scalar)
                return cursor.isAtValueEnd
            }
            guard begin(isMapping: true, at: scalar) else { return false }
            return readValue(of: scalar)
        }
    }

    private mutating func readPair() -> Bool {
        guard let key = cursor.scalar(), cursor.isKeyEnd else { return false }
        return readValue(of: key)
    }

    /// Adds `key`, whose `:` comes next, and the value in its line.
    private mutating func readValue(of key: StoredNode) -> Bool {
        // libyaml takes nothing longer for a key.
        guard key.end - key.start < 1_000 else { return false }
        add(key)
        cursor.skip(1)
        let behind = Gap(offset: cursor.position, line: cursor.line, column: cursor.column)
        cursor.skipBlanks()
        if cursor.isAtLineEnd || cursor.byte == UInt8(ascii: "#") {
            gap = behind
            return true
        }
        if cursor.isFlowStart { return readFlow() && cursor.isAtValueEnd }
        guard let value = cursor.scalar(), !cursor.isKeyEnd else { return false }
        add(value)
        return cursor.isAtValueEnd
    }
}

// MARK: - Nodes

extension BlockReader {
    /// Begins a block collection where the cursor stands, or where its first key does.
    private mutating func begin(isMapping: Bool, isIndentless: Bool = false, at key: StoredNode? = nil) -> Bool {
        guard levels.count < limits.maxDepth else { return false }
        let start = key?.start ?? UInt32(truncatingIfNeeded: cursor.position)
        let column = key.map { Int($0.column) - 1 } ?? cursor.column
        levels.append(
            Level(node: nodes.count, column: column, isMapping: isMapping, isIndentless: isIndentless, end: start))
        nodes.append(
            StoredNode(
                start: start, end: start, line: cursor.line, column: UInt32(truncatingIfNeeded: column + 1), next: 0,
                form: isMapping ? .mapping : .sequence, style: .block))
        return true
    }

    private mutating func endLevel() {
        guard let level = levels.popLast() else { return }
        nodes[level.node].end = level.end
        nodes[level.node].next = UInt32(truncatingIfNeeded: nodes.count)
        endChild(at: level.end)
    }

    /// Ends the document so far; answers whether there was none that said nothing.
    private mutating func endDocument() -> Bool {
        if gap != nil { fillGap() }
        while !levels.isEmpty { endLevel() }
        return !isAwaitingRoot
    }

    private mutating func endChild(at end: UInt32) {
        guard !levels.isEmpty else { return }
        levels[levels.count - 1].end = end
    }

    private mutating func add(_ scalar: StoredNode) {
        var node = scalar
        node.next = UInt32(truncatingIfNeeded: nodes.count + 1)
        nodes.append(node)
        endChild(at: node.end)
    }

    /// Adds the empty value of a key or an entry that nothing followed.
    private mutating func fillGap() {
        guard let gap else { return }
        self.gap = nil
        let offset = UInt32(truncatingIfNeeded: gap.offset)
        add(
            StoredNode(
                start: offset, end: offset, line: gap.line, column: UInt32(truncatingIfNeeded: gap.column + 1), next: 0,
                textStart: offset, form: .scalar, style: .plain))
    }

    /// Reads a flow collection, which must end in its line.
    private mutating func readFlow() -> Bool {
        let outside = levels.count
        while true {
            // At the beginning of a collection, or of a value in one.
            if cursor.isFlowStart {
                let isMapping = cursor.byte == UInt8(ascii: "{")
                guard begin(isMapping: isMapping) else { return false }
                nodes[nodes.count - 1].style = .flow
                cursor.skip(1)
                cursor.skipBlanks()
                if !cursor.isFlowEnd(isMapping) {
                    guard readFlowKey(isMapping) else { return false }
                    continue
                }
            } else {
                guard let value = cursor.flowScalar() else { return false }
                add(value)
                cursor.skipBlanks()
            }
            // Behind a value.
            while let level = levels.last, levels.count > outside, cursor.isFlowEnd(level.isMapping) {
                cursor.skip(1)
                levels[levels.count - 1].end = UInt32(truncatingIfNeeded: cursor.position)
                endLevel()
                if levels.count > outside { cursor.skipBlanks() }
            }
            guard levels.count > outside, let level = levels.last else { return true }
            guard cursor.byte == UInt8(ascii: ",") else { return false }
            cursor.skip(1)
            cursor.skipBlanks()
            guard readFlowKey(level.isMapping) else { return false }
        }
    }

    /// Reads `key: ` of a flow mapping; of a sequence nothing.
    private mutating func readFlowKey(_ isMapping: Bool) -> Bool {
        guard isMapping else { return true }
        guard let key = cursor.flowScalar(), cursor.isFlowKeyEnd else { return false }
        add(key)
        cursor.skip(1)
        cursor.skipBlanks()
        return true
    }
}
