/// The last message in either form, value by value.
extension MessageScanner {
    /// Finds the values of the last protobuf message.
    ///
    /// - Returns: False when that takes more care; `message(in:isProtobuf:)` takes it.
    package func find(in body: Span<UInt8>, _ tape: inout ProtobufTape) -> Bool {
        tape.read(body, schema)
    }

    /// Where a field's value stands in the body, or which number it is.
    ///
    /// - Parameters:
    ///   - item: A field of the schema, no group.
    ///   - tape: What `find` has filled, when the message is protobuf.
    package func value(
        of item: Int, isProtobuf: Bool, _ tape: borrowing ProtobufTape
    ) -> PlacedValue {
        isProtobuf
            ? tape.value(of: item, isGroup: false, at: 0, ())
            : value(of: item, isGroup: false, at: 0, context)
    }
}
