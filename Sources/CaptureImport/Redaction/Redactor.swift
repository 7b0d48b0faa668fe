package import GatewayWire

/// What an import hides.
package struct RedactionOptions: Hashable, Sendable {
    /// Account ids, replaced by stand-ins of the same length and kind.
    package var accounts: Bool
    /// The gateway's connection time in the version reply, and the recording's own times.
    package var connectionTime: Bool

    package init(accounts: Bool = true, connectionTime: Bool = false) {
        self.accounts = accounts
        self.connectionTime = connectionTime
    }

    package static let nothing = RedactionOptions(accounts: false)
}

/// Replaces account ids.
///
/// The same id always gets the same stand-in.
///
/// Accounts are known from fields of that role, and from their shape (`DU1234567`) in any text.
/// Stand-ins have the same length, so that frames and segments keep theirs. It has to see all
/// messages (`learn`) before it rewrites the first.
package struct Redactor: Sendable {
    private let options: RedactionOptions
    private var standIns: [[UInt8]: [UInt8]] = [:]
    private var countByKind: [[UInt8]: Int] = [:]
    /// Stand-ins given, and how often each kind of thing was replaced.
    package private(set) var report = RedactionReport()

    package init(_ options: RedactionOptions) {
        self.options = options
    }

    /// Learns the accounts a message names.
    package mutating func learn(_ message: Message) {
        guard options.accounts else { return }
        _ = rewritten(message)
    }

    package mutating func learn(_ bytes: [UInt8]) {
        guard options.accounts else { return }
        _ = rewritten(bytes[...], isCut: false)
    }

    package mutating func redact(_ message: Message) -> Message {
        options.accounts ? counting { $0.rewritten(message) } : message
    }

    /// Rewrites bytes that form no message; an account may be cut off at their end.
    package mutating func redact(_ bytes: [UInt8]) -> [UInt8] {
        options.accounts ? counting { $0.rewritten(bytes[...], isCut: true) } : bytes
    }

    package mutating func redact(_ reply: VersionReply) -> VersionReply {
        guard options.connectionTime else { return reply }
        report.timeCount += 1
        let hidden = reply.connectionTime.map { $0.isNumber ? "0" : $0 }
        return VersionReply(
            serverVersion: reply.serverVersion, connectionTime: String(hidden))
    }

    // Helpers, in the order they are called.

    private mutating func counting<Value>(_ body: (inout Redactor) -> Value) -> Value {
        let before = report.occurrenceCount
        occurrences = 0
        let value = body(&self)
        report.occurrenceCount = before + occurrences
        return value
    }

    private var occurrences = 0

    private mutating func rewritten(_ message: Message) -> Message {
        var changed = message
        changed.values = rewritten(message.values, message.schema.items)
        changed.surplus = message.surplus.map { rewritten($0) }
        changed.extras = message.extras.map {
            let bytes = rewritten($0.bytes[...], isCut: false)
            return ProtobufExtra(path: $0.path, number: $0.number, bytes: bytes)
        }
        // The one account value whose content is an account.
        if message.name == "updateAccountValue", message["key"] == "AccountCode" {
            for index in message.schema.indexes(of: "val") + message.schema.indexes(of: "value") {
                changed.values[index] = rewrittenList(message.values[index])
            }
        }
        // Bytes of their own order say what the fields do not: stand-ins there have the same length.
        if changed.values == message.values, let original = message.originalBytes {
            changed.originalBytes = rewritten(original[...], isCut: false)
        }
        return changed
    }

    private mutating func rewritten(_ values: [FieldValue], _ items: [SchemaItem]) -> [FieldValue] {
        var changed = values
        for (index, item) in items.enumerated() where index < values.count {
            switch (item, values[index]) {
            case (.group(let group), .group(let rows)):
                changed[index] = .group(rows.map { rewritten($0, group.items) })
            case (.field(let field), let value):
                if field.role == .account || field.name == "accountID" {
                    changed[index] = rewrittenList(value)
                } else if field.type == .string {
                    changed[index] = rewritten(value)
                }
            case (.group, _):
                break
            }
        }
        return changed
    }

    /// A field that holds an account or several with commas between.
    private mutating func rewrittenList(_ value: FieldValue) -> FieldValue {
        guard case .text(let text) = value else { return rewritten(value) }
        var parts: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bytes = Array(part.utf8)
            if bytes.count < 2 || part == "All" {
                parts.append(String(part))
            } else {
                parts.append(String(decoding: standIn(for: bytes), as: UTF8.self))
            }
        }
        return .text(parts.joined(separator: ","))
    }

    private mutating func rewritten(_ value: FieldValue) -> FieldValue {
        switch value {
        case .text(let text):
            .text(String(decoding: rewritten(Array(text.utf8)[...], isCut: false), as: UTF8.self))
        case .bytes(let bytes): .bytes(rewritten(bytes[...], isCut: false))
        case .absent, .group: value
        }
    }

    /// Free text: every word that is an account, known or by its shape.
    private mutating func rewritten(_ text: ArraySlice<UInt8>, isCut: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let first = rest.first {
            let word = rest.prefix { AccountShape.isWordByte($0) }
            guard !word.isEmpty else {
                result.append(first)
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(word.count)
            let bytes = Array(word)
            let isKnown = bytes.count >= 5 && standIns[bytes] != nil
            if isKnown || AccountShape.isAccount(bytes) {
                result += standIn(for: bytes)
            } else if isCut && rest.isEmpty, let whole = known(beginningWith: bytes) {
                occurrences += 1
                result += whole.prefix(bytes.count)
            } else {
                result += bytes
            }
        }
        return result
    }

    /// The stand-in of an account of which only the front is here.
    private func known(beginningWith bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 3 else { return nil }
        let matching = standIns.filter { $0.key.starts(with: bytes) }
        return matching.min { $0.key.lexicographicallyPrecedes($1.key) }?.value
    }

    private mutating func standIn(for account: [UInt8]) -> [UInt8] {
        occurrences += 1
        if let known = standIns[account] { return known }
        let made = makeStandIn(for: account)
        standIns[account] = made
        report.standIns.append(String(decoding: made, as: UTF8.self))
        return made
    }

    private mutating func makeStandIn(for account: [UInt8]) -> [UInt8] {
        let letters = account.prefix { !AccountShape.isDigit($0) }
        let isPlain = AccountShape.isAccount(account)
        // `DU` and `U` tell paper from live and stay. A name that a user chose is replaced whole.
        let prefix = isPlain ? Array(letters) : []
        let size = account.count - prefix.count
        let kind = prefix + [UInt8(truncatingIfNeeded: size)]
        countByKind[kind, default: 0] += 1
        let digits = Array(String(countByKind[kind, default: 1]).utf8).suffix(size)
        let filler: UInt8 = isPlain ? 0x30 : UInt8(ascii: "X")
        return prefix + [UInt8](repeating: filler, count: size - digits.count) + digits
    }
}

/// The look of an account id: `U1234567` live, `DU…` paper, `F…` and `I…` advisors' and brokers'.
enum AccountShape {
    private static let prefixes = ["DU", "DF", "DI", "U", "F", "I"].map { Array($0.utf8) }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == 0x5F || byte >= 0x80
    }

    static func isAccount(_ word: [UInt8]) -> Bool {
        prefixes.contains { prefix in
            guard word.starts(with: prefix) else { return false }
            var digits = word.dropFirst(prefix.count)
            // Some accounts end with a letter.
            if let last = digits.last, (0x41...0x5A).contains(last) { digits.removeLast() }
            return (5...9).contains(digits.count) && digits.allSatisfy(isDigit)
        }
    }
}

/// What was replaced; never the originals.
package struct RedactionReport: Hashable, Sendable {
    /// In the order their originals were met.
    package fileprivate(set) var standIns: [String] = []
    package fileprivate(set) var occurrenceCount = 0
    package fileprivate(set) var timeCount = 0

    package var sentences: [String] {
        var sentences: [String] = []
        if !standIns.isEmpty {
            let accounts = standIns.count == 1 ? "1 account" : "\(standIns.count) accounts"
            let times = occurrenceCount == 1 ? "1 place" : "\(occurrenceCount) places"
            sentences.append(
                "replaced \(accounts) in \(times) by \(standIns.prefix(5).joined(separator: ", "))"
                    + (standIns.count > 5 ? " and so on" : ""))
        }
        if timeCount > 0 { sentences.append("hid \(timeCount) connection times") }
        return sentences
    }
}
