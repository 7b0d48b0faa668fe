/// The last protobuf message, field by field.
extension MessageScanner {
    /// The whole number that an item of the schema says in protobuf, when it is a field of its own
    /// in the message.
    ///
    /// - Parameter body: What was scanned.
    package func protobufInteger(of item: Int, in body: Span<UInt8>) -> Int? {
        guard let level = schema.plan?.root else { return nil }
        var cursor = ProtobufCursor(4..<body.count)
        do throws(ProtobufFault) {
            while !cursor.isAtEnd {
                let (number, type) = try cursor.tag(body)
                guard let index = level.index(of: number), level.steps[index].item == item,
                    let scalar = level.steps[index].plainScalar
                else {
                    try cursor.skip(type, body)
                    continue
                }
                switch (type, scalar) {
                case (.varint, _): return Int(Int64(bitPattern: try cursor.varint(body)))
                case (.bytes, .string): return body.extracting(try cursor.delimited(body)).integer
                default: return nil
                }
            }
        } catch {
            return nil
        }
        return nil
    }
}
