import CLibyaml

/// Owner of one libyaml parser and of the event it last produced.
///
/// The bytes must outlive the parser; ``NodeStorage/init(reading:limits:)`` is its only user and holds them.
/// libyaml: `yaml_parser_parse`.
@safe struct EventParser: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>

    /// Prepares to parse `text`; nothing is read yet.
    init(_ text: SourceText) throws(YAMLProblem) {
        unsafe parser = UnsafeMutablePointer.allocate(capacity: 1)
        unsafe event = UnsafeMutablePointer.allocate(capacity: 1)
        unsafe parser.initialize(to: yaml_parser_t())
        unsafe event.initialize(to: yaml_event_t())
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLProblem(line: 1, column: 1, message: "out of memory")
        }
        // Named, so that libyaml does not guess; the byte order mark is already gone.
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, text.bytes.baseAddress, text.bytes.count)
    }

    deinit {
        unsafe yaml_event_delete(event)
        unsafe yaml_parser_delete(parser)
        unsafe event.deallocate()
        unsafe parser.deallocate()
    }

    /// The next event; valid until the next call.
    ///
    /// - Throws: libyaml's problem in our words, at its place in `text`.
    mutating func next(in text: SourceText) throws(YAMLProblem) -> UnsafePointer<yaml_event_t> {
        // The end of a collection owns no memory, and every fourth event is one.
        if unsafe event.pointee.type != YAML_MAPPING_END_EVENT && event.pointee.type != YAML_SEQUENCE_END_EVENT {
            unsafe yaml_event_delete(event)
        }
        guard unsafe yaml_parser_parse(parser, event) == 1 else {
            throw unsafe YAMLProblem(of: parser, in: text)
        }
        return unsafe UnsafePointer(event)
    }
}
