import GatewayWire

/// Tells separators within fields from those between them.
///
/// Logs write a text message with another letter in place of the NUL that ends each field: ib_async a
/// comma, rust-ibapi a bar, the gateway a hyphen. A field that holds this letter is put together again
/// as the message's layout wants it. Where several ways fit, the one with the fewest oddities is taken:
/// whole numbers that are left out, texts that begin or end with the letter, and JSON that is none.
struct SeparatedFields {
    /// Ways to read a message that are tried.
    static let maxTries = 200_000
    /// Further ways that are tried when one is found that is odd.
    static let triesForBetter = 2000
    /// Fields of a message whose separators are told apart.
    static let maxFields = 400

    private let separator: UInt8
    /// The first field that held separators in the last message of a kind, by how it begins.
    private var lastFields: [[UInt8]: Int] = [:]

    init(_ separator: UInt8) {
        self.separator = separator
    }

    /// The fields of a text, each ended by a NUL.
    func split(_ text: some Collection<UInt8>) -> [UInt8] {
        text.map { $0 == separator ? 0 : $0 }
    }

    /// The body as a frame has it: from version 201 on the id is a number of 4 bytes.
    ///
    /// - Parameter body: Begins with the id as text, ended by a NUL.
    static func wire(_ body: [UInt8], version: Int) -> [UInt8] {
        guard MessageEncoder(serverVersion: version).hasRawIDs else { return body }
        let digits = body.prefix { $0 != 0 }
        guard let id = UInt32(String(decoding: digits, as: UTF8.self)) else { return body }
        return (0..<4).map { UInt8(truncatingIfNeeded: id >> (24 - 8 * $0)) }
            + body.dropFirst(digits.count + 1)
    }

    /// The oddities of a body that fits its message's layout as it is, nil when none does.
    ///
    /// - Parameter bodies: Ways to write it.
    func oddities(of bodies: [[UInt8]], _ decoder: MessageDecoder) -> Int? {
        (bodies + bodies.compactMap(signed)).compactMap { oddities(of: $0, decoder) }.min()
    }

    /// The body of a message whose fields end with NULs, some of which may have been separators.
    ///
    /// One or two fields may hold all of them.
    ///
    /// - Parameter bodies: Ways to write it, each beginning with the id as text.
    /// - Returns: The same in this form, nil when no way of reading it fits the message's layout.
    mutating func resolve(
        _ bodies: [[UInt8]], _ direction: Direction, version: Int
    ) -> [UInt8]? {
        best(of: bodies, MessageDecoder(serverVersion: version, direction: direction))?.body
    }

    /// As `resolve`, with the number of oddities.
    mutating func best(
        of bodies: [[UInt8]], _ decoder: MessageDecoder
    ) -> (body: [UInt8], oddities: Int)? {
        let bodies = bodies + bodies.compactMap(signed)
        var best = Best()
        for body in bodies { best.take(body, oddities(of: body, decoder)) }
        if best.body == nil {
            for body in bodies.reversed() where best.oddities > 0 { search(body, decoder, &best) }
        }
        return best.body.map { ($0, best.oddities) }
    }

    // Helpers, in the order they are called.

    /// The best way to read a message so far.
    private struct Best {
        private(set) var body: [UInt8]?
        private(set) var oddities = Int.max

        /// - Returns: Whether it is the best now.
        @discardableResult
        mutating func take(_ body: [UInt8], _ count: Int?) -> Bool {
            guard let count, count < oddities else { return false }
            self.body = body
            oddities = count
            return true
        }
    }

    /// The body with empty fields before numbers read as minus signs, where hyphens separate.
    private func signed(_ body: [UInt8]) -> [UInt8]? {
        guard separator == UInt8(ascii: "-"), body.count > 2 else { return nil }
        var signed = body
        for index in 1..<body.count - 1
        where body[index] == 0 && body[index - 1] == 0 && (48...57).contains(body[index + 1]) {
            signed[index] = separator
        }
        return signed == body ? nil : signed
    }

    /// Counts what is odd about a body.
    ///
    /// - Returns: nil unless every field is there, none is left over, and numbers are numbers.
    private func oddities(of body: [UInt8], _ decoder: MessageDecoder) -> Int? {
        guard case .message(let message) = Self.decode(body, decoder), message.surplus.isEmpty,
            message.legacyVersion == nil
        else { return nil }
        var count = 0
        for (item, value) in zip(message.schema.items, message.values) {
            guard case .field(let field) = item, let text = value.string else { continue }
            switch field.type {
            case .int, .long:
                if text.isEmpty { count += 1 } else if Double(text) == nil { return nil }
            case .float, .decimal, .bool:
                if !text.isEmpty, Double(text) == nil { return nil }
            case .string:
                let isCut = text.utf8.first == separator || text.utf8.last == separator
                let isNoJSON = field.name.hasSuffix("Json") && !text.isEmpty && text.first != "{"
                if isCut || isNoJSON { count += 1 }
            }
        }
        return count
    }

    private static func decode(_ body: [UInt8], _ decoder: MessageDecoder) -> DecodeOutcome {
        decoder.decode(wire(body, version: decoder.serverVersion)[...])
    }

    /// Tries every field, and every two, as those that hold separators.
    private mutating func search(
        _ body: [UInt8], _ decoder: MessageDecoder, _ best: inout Best
    ) {
        let ends = body.indices.filter { body[$0] == 0 }
        guard ends.count <= Self.maxFields else { return }
        let kind = Array(body.prefix { $0 != 0 })
        var tries = Self.maxTries
        let known = lastFields[kind].map { [$0] } ?? []
        for first in known + Array(1..<max(2, ends.count)) {
            for count in 1..<max(2, ends.count - first) {
                tries -= 1
                guard tries > 0 else { return }
                let one = joined(body, ends, from: first, count)
                if best.take(one, oddities(of: one, decoder)) {
                    lastFields[kind] = first
                    tries = min(tries, Self.triesForBetter)
                }
                if best.oddities == 0 { return }
                guard case .message(let message) = Self.decode(one, decoder),
                    !message.surplus.isEmpty
                else { continue }
                // What is left over are the separators of a later field.
                let rest = message.surplus.count
                var second = first + count + 1
                while second + rest < ends.count {
                    tries -= 1
                    let both = joined(one, ends, from: second, rest)
                    if best.take(both, oddities(of: both, decoder)) {
                        lastFields[kind] = first
                        tries = min(tries, Self.triesForBetter)
                    }
                    if best.oddities == 0 { return }
                    second += 1
                }
            }
        }
    }

    /// The body with `count` field ends from the `first` on as separators; the last end stays.
    private func joined(
        _ body: [UInt8], _ ends: [Int], from first: Int, _ count: Int
    ) -> [UInt8] {
        guard first < ends.count - 1 else { return body }
        var joined = body
        for index in first..<min(first + count, ends.count - 1) {
            joined[ends[index]] = separator
        }
        return joined
    }
}
