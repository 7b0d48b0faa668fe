import Faults
import GatewayWire

/// Tests of fields, tried on values where they stand in a frame.
///
/// They never miss: what takes a closer look counts as holding. Whoever asks then makes a message
/// of the frame and tries the tests themselves. Everything lies in plain arrays, because most
/// messages of a capture are looked at and come to nothing.
struct FieldGlances: Sendable {
    private enum Kind {
        /// Only the message itself can tell.
        case unknown
        case never
        /// A text of the message is not ASCII.
        case oddText
        /// One of some texts.
        case words(Range<Int>, numbers: Range<Int>, doubles: Range<Int>, hasLong: Bool)
        /// It has this byte in it.
        case byte(UInt8)
        case unset
        case compares(FieldTest.Comparison, Double)
    }

    private struct Glance {
        let item: Int
        let kind: Kind
        /// The last one that must hold together with those before it.
        let isLast: Bool
    }

    private var glances: [Glance] = []
    /// Texts of up to seven bytes, as `word` packs them.
    private var words: [UInt64] = []
    private var numbers: [Int64] = []
    private var doubles: [Double] = []

    /// Adds what a clause wants of a message; any of those added is enough.
    mutating func add(_ clause: Clause, _ schema: MessageSchema) {
        var kinds: [(item: Int, kind: Kind)] = []
        for test in clause.tests where test.test == .flag(true) {
            switch test.attribute {
            // Fields more than the version has are looked for before.
            case "surplus": kinds.append((0, .never))
            case "bytes", "replaced": kinds.append((0, .oddText))
            default: break
            }
        }
        for (field, test) in clause.fields.sorted(by: { $0.key < $1.key }) {
            let items = schema.indexes(of: field)
            kinds.append(items.count == 1 ? (items[0], kind(of: test)) : (0, .unknown))
        }
        if kinds.isEmpty { kinds = [(0, .unknown)] }
        for (index, (item, kind)) in kinds.enumerated() {
            glances.append(Glance(item: item, kind: kind, isLast: index == kinds.count - 1))
        }
    }

    /// Whether a clause may hold.
    ///
    /// - Parameter body: What `scanner` has scanned last, a message without surplus.
    func mayHold(
        _ body: Span<UInt8>, _ scanner: borrowing MessageScanner, isProtobuf: Bool,
        _ tape: borrowing ProtobufTape
    ) -> Bool {
        var holds = true
        for index in glances.indices {
            let glance = glances[index]
            if holds { holds = mayHold(glance, body, scanner, isProtobuf: isProtobuf, tape) }
            guard glance.isLast else { continue }
            if holds { return true }
            holds = true
        }
        return false
    }

    /// How the numbers begin that stand for none.
    private static let unsetFronts = ["2147483", "9223372", "1.79769"].map {
        word($0.utf8.span) ?? 0
    }

    // Helpers, in the order they are called.

    private mutating func kind(of test: FieldTest) -> Kind {
        switch test {
        case .equals(let text): return kind(of: [text])
        case .oneOf(let texts): return kind(of: texts)
        case .contains(let part):
            guard part.utf8.count == 1, let byte = part.utf8.first else { return .unknown }
            return .byte(byte)
        case .isSet(false): return .unset
        case .compares(let comparison, let limit):
            return Double(limit).map { .compares(comparison, $0) } ?? .unknown
        case .differs, .isSet(true): return .unknown
        }
    }

    private mutating func kind(of texts: [String]) -> Kind {
        let starts = (words.count, numbers.count, doubles.count)
        var hasLong = false
        for text in texts {
            if let word = Self.word(text.utf8.span) { words.append(word) } else { hasLong = true }
            if let number = Int64(text), String(number) == text { numbers.append(number) }
            if let double = Double(text), double.wireText == text { doubles.append(double) }
        }
        return .words(
            starts.0..<words.count, numbers: starts.1..<numbers.count,
            doubles: starts.2..<doubles.count, hasLong: hasLong)
    }

    /// A short text and its length as one number; `nil` for a longer one.
    private static func word(_ text: Span<UInt8>) -> UInt64? {
        guard text.count <= 7 else { return nil }
        var word = UInt64(text.count)
        for index in text.indices { word = word << 8 | UInt64(text[index]) }
        return word
    }

    @inline(__always)
    private func mayHold(
        _ glance: Glance, _ body: Span<UInt8>, _ scanner: borrowing MessageScanner,
        isProtobuf: Bool, _ tape: borrowing ProtobufTape
    ) -> Bool {
        switch glance.kind {
        case .unknown: return true
        case .never: return false
        // Protobuf with other texts finds no place on the tape.
        case .oddText: return !isProtobuf && !body.isASCII
        case .words, .byte, .unset, .compares: break
        }
        switch scanner.value(of: glance.item, isProtobuf: isProtobuf, tape) {
        case .absent:
            // What protobuf leaves out may stand for a text.
            if isProtobuf { return true }
            if case .unset = glance.kind { return true }
            return false
        case .text(let range): return mayHold(glance.kind, body.extracting(range))
        case .whole(let number): return mayHold(glance.kind, number)
        case .double(let number): return mayHold(glance.kind, number)
        case .rows, .noRows: return true
        }
    }

    private func mayHold(_ kind: Kind, _ text: Span<UInt8>) -> Bool {
        switch kind {
        case .words(let range, _, _, let hasLong):
            guard let word = Self.word(text) else { return hasLong }
            for index in range where words[index] == word { return true }
            return false
        case .byte(let byte):
            for index in text.indices where text[index] == byte { return true }
            return false
        case .unset:
            guard !text.isEmpty else { return true }
            return text.count >= 10
                && Self.unsetFronts.contains(Self.word(text.extracting(first: 7)) ?? 0)
        case .compares(let comparison, let limit):
            return text.shortDecimal.map { comparison.holds($0, limit) } ?? true
        case .unknown, .oddText, .never: return true
        }
    }

    private func mayHold(_ kind: Kind, _ number: Int64) -> Bool {
        switch kind {
        case .words(_, let range, _, _):
            for index in range where numbers[index] == number { return true }
            return false
        case .byte(let byte): return byte == UInt8(ascii: "-") || byte &- 0x30 < 10
        case .unset: return number >= Int64(Int32.max)
        case .compares(let comparison, let limit):
            return comparison.holds(Double(number), limit)
        case .unknown, .oddText, .never: return true
        }
    }

    private func mayHold(_ kind: Kind, _ number: Double) -> Bool {
        switch kind {
        case .words(_, _, let range, _):
            for index in range where doubles[index] == number { return true }
            return false
        case .byte: return true
        case .unset: return number > 1e308
        case .compares(let comparison, let limit):
            return comparison.holds(number, limit)
        case .unknown, .oddText, .never: return true
        }
    }
}
