/// The last message in either form, value by value.
extension MessageScanner {
    /// Finds where the values of some fields stand, or which numbers they are.
    ///
    /// - Parameters:
    ///   - items: Fields of the message's schema, no groups.
    ///   - body: What was scanned.
    ///   - tape: Memory that is used again.
    ///   - values: Gets a value for each of `items`; has room for that many.
    /// - Returns: False when that takes more care; `message(in:isProtobuf:)` takes it.
    package func find(
        _ items: [Int], in body: Span<UInt8>, isProtobuf: Bool, _ tape: inout ProtobufTape,
        _ values: inout [PlacedValue]
    ) -> Bool {
        var values = values.mutableSpan
        if isProtobuf {
            guard withSchema({ tape.read(body, $0) }) else { return false }
            for index in items.indices {
                values[index] = tape.value(of: items[index], isGroup: false, at: 0, ())
            }
            return true
        }
        let scope = context
        for index in items.indices {
            values[index] = value(of: items[index], isGroup: false, at: 0, scope)
        }
        return true
    }
}
