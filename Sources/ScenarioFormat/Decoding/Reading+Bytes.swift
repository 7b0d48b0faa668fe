internal import Faults

/// Bytes and texts that are sent as they stand.
extension Reading {
    /// The most random bytes that one action sends.
    private static let mostRandomBytes = 1_000_000
    private static let mostFields = 1000

    /// Bytes as `{hex: "00 ff"}`, `{text: abc}` or `{random: 64}`.
    mutating func bytesOrRandom(_ argument: YAMLNode, of keyword: String) -> ArgumentValue? {
        guard case .mapping = argument.content else {
            report(
                "bytes are not written as a plain text", at: argument.span,
                hint: "{hex: \"00ff\"}, {text: \"abc\"} or {random: 64}")
            return nil
        }
        guard let entry = onlyEntry(argument, of: keyword) else { return nil }
        if entry.key == "random" {
            return integer(entry.value, in: 1...Self.mostRandomBytes).map(ArgumentValue.random)
        }
        return bytes(entry, among: ["hex", "text", "random"]).map(ArgumentValue.bytes)
    }

    /// A field's bytes: a plain text, `{hex: "e1ff"}` or `{text: abc}`.
    mutating func fieldBytes(_ argument: YAMLNode, of keyword: String) -> [UInt8]? {
        if case .scalar = argument.content {
            return scalarOrEmpty(argument).map { Array($0.utf8) }
        }
        guard let entry = onlyEntry(argument, of: keyword),
            let bytes = bytes(entry, among: ["hex", "text"])
        else { return nil }
        if bytes.contains(0) {
            report("a field holds no zero byte: it ends the field", at: entry.value.span)
            return nil
        }
        return bytes
    }

    /// The fields of a frame, as texts.
    mutating func fieldTexts(_ argument: YAMLNode, of keyword: String) -> [String]? {
        let nodes = sequence(argument, of: keyword)
        guard (1...Self.mostFields).contains(nodes.count) else {
            report("a frame has 1 to \(Self.mostFields) fields", at: argument.span)
            return nil
        }
        let texts = nodes.compactMap { scalarOrEmpty($0) }
        return texts.count == nodes.count ? texts : nil
    }

    private mutating func bytes(_ entry: YAMLEntry, among spellings: [String]) -> [UInt8]? {
        switch entry.key {
        case "text": return text(entry.value).map { Array($0.utf8) }
        case "hex":
            guard let scalar = scalar(entry.value, "hexadecimal digits") else { return nil }
            let digits = scalar.text.filter { $0 != " " }.compactMap(\.hexDigitValue)
            guard digits.count == scalar.text.filter({ $0 != " " }).count,
                digits.count.isMultiple(of: 2)
            else {
                report(
                    "'\(scalar.text)' is not pairs of hexadecimal digits", at: scalar.span)
                return nil
            }
            return stride(from: 0, to: digits.count, by: 2).map {
                UInt8(truncatingIfNeeded: digits[$0] << 4 | digits[$0 + 1])
            }
        default:
            reportUnknown(
                "no spelling '\(entry.key)' for bytes", entry.key, among: spellings,
                called: "Spellings", at: entry.keySpan)
            return nil
        }
    }
}
