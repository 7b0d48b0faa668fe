internal import CYaml

/// One libyaml event in our own words.
struct YAMLEvent {
    enum Kind {
        case scalar(String, isPlain: Bool)
        case sequenceStart, sequenceEnd
        case mappingStart, mappingEnd
        case alias(String)
        case documentStart, documentEnd
        case streamStart, streamEnd
    }

    let kind: Kind
    let anchor: String?
    let hasTag: Bool
    let span: SourceSpan
    let lastLine: Int
}

/// A text libyaml cannot read on.
struct YAMLSyntaxError: Error {
    let message: String
    /// What the parser was in the middle of, and where that began.
    let context: (message: String, span: SourceSpan)?
    let span: SourceSpan
}

/// Hands out a text's events one by one.
///
/// The parser holds pointers into itself and into the text, so it lives on the heap and the text
/// stays put for as long as it does.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let bytes: UnsafeMutableBufferPointer<UInt8>

    init(text: String) {
        parser = .allocate(capacity: 1)
        bytes = .allocate(capacity: max(1, text.utf8.count))
        let (_, end) = bytes.initialize(from: text.utf8)
        // Only out of memory fails here.
        precondition(yaml_parser_initialize(parser) == 1, "libyaml has no memory")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, end)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        bytes.deallocate()
    }

    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        return Self.translated(event)
    }

    private static func translated(_ event: yaml_event_t) -> YAMLEvent {
        var anchor: String?
        var hasTag = false
        let kind: YAMLEvent.Kind
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            anchor = text(scalar.anchor)
            hasTag = scalar.tag != nil
            kind = .scalar(
                String(decoding: bytes, as: UTF8.self),
                isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            anchor = text(event.data.sequence_start.anchor)
            hasTag = event.data.sequence_start.tag != nil
            kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            anchor = text(event.data.mapping_start.anchor)
            hasTag = event.data.mapping_start.tag != nil
            kind = .mappingStart
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_START_EVENT: kind = .streamStart
        default: kind = .streamEnd
        }
        return YAMLEvent(
            kind: kind, anchor: anchor, hasTag: hasTag,
            span: span(event.start_mark, event.end_mark), lastLine: event.end_mark.line + 1)
    }

    private static func text(_ characters: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        characters.map { String(cString: $0) }
    }

    /// libyaml counts from 0; something longer than its line is underlined to the line's end.
    private static func span(_ start: yaml_mark_t, _ end: yaml_mark_t) -> SourceSpan {
        let isOneLine = start.line == end.line
        return SourceSpan(
            line: start.line + 1, column: start.column + 1,
            length: isOneLine ? max(1, end.column - start.column) : Int(UInt16.max))
    }

    private func syntaxError() -> YAMLSyntaxError {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "not readable"
        if state.error == YAML_READER_ERROR {
            return YAMLSyntaxError(
                message: "\(problem) (byte \(state.problem_offset))", context: nil,
                span: span(ofByte: state.problem_offset))
        }
        let mark = state.problem_mark
        return YAMLSyntaxError(
            message: problem,
            context: state.context.map {
                (String(cString: $0), Self.span(state.context_mark, state.context_mark))
            },
            span: Self.span(mark, mark))
    }

    private func span(ofByte offset: Int) -> SourceSpan {
        let before = bytes.prefix(max(0, min(offset, bytes.count)))
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let column = String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1
        return SourceSpan(line: line, column: column, length: 1)
    }
}
