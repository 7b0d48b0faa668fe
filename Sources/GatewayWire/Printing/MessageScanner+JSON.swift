/// Writes messages as JSON without making texts of their fields.
extension MessageScanner {
    /// Adds what `JSONLine.add` says of the last text message.
    ///
    /// - Returns: False when that takes more care; what has been added is to be taken off again.
    package func addMessage(of body: Span<UInt8>, to line: inout JSONLine) -> Bool {
        guard !hasSurplus, hasUsualVersion(body) else { return false }
        let start = serverVersion >= SchemaText.rawIDsSince ? 4 : 0
        guard body.extracting(droppingFirst: start).isASCII else { return false }
        return line.add(self, layout.schema, .text, of: body)
    }

    /// Adds what `JSONLine.add` says of the last protobuf message.
    ///
    /// - Parameter tape: Memory that is used again.
    /// - Returns: False when that takes more care; what has been added is to be taken off again.
    package func addMessage(
        of body: Span<UInt8>, using tape: inout ProtobufTape, to line: inout JSONLine
    ) -> Bool {
        let schema = schema
        guard tape.read(body, schema), !tape.isDoubtful else { return false }
        return line.add(tape, schema, .protobuf, of: body)
    }
}
