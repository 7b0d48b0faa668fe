import Faults
import GatewayWire

/// Whether a clause about messages holds of one, as far as its frame tells.
enum Glimpse {
    case no
    /// Only the message itself can tell.
    case maybe
    case yes
}

/// The clauses about messages of one name, tried on values where they stand in a frame.
///
/// Most messages of a capture are looked at and come to nothing. So everything lies in plain arrays.
final class FieldGlances: Sendable {
    private enum Kind {
        /// Only the message itself can tell.
        case unknown
        /// It holds of every message of the name.
        case always
        case never
        /// It is about an order of another client, or of this one.
        case foreign(Bool)
        /// A text of the message is not ASCII.
        case oddText
        /// One of some texts.
        case words(Range<Int>, numbers: Range<Int>, doubles: Range<Int>, hasLong: Bool)
        /// It has this byte in it.
        case byte(UInt8)
        case unset
        case compares(FieldTest.Comparison, Double)

        /// What is cheap to tell is tried first.
        var cost: Int {
            switch self {
            case .never, .always: 0
            case .words, .foreign: 1
            case .byte, .unset: 2
            case .compares: 3
            case .oddText: 4
            case .unknown: 5
            }
        }
    }

    private struct Glance {
        /// Where the field's value is among those that were found.
        let place: Int
        let kind: Kind
        /// The last one that must hold together with those before it.
        let isLast: Bool
    }

    /// What the texts of tests stand for.
    private struct Texts {
        /// Texts of up to seven bytes, as `word` packs them.
        var words: [UInt64] = []
        var numbers: [Int64] = []
        var doubles: [Double] = []
    }

    private let glances: [Glance]
    private let texts: Texts

    /// - Parameters:
    ///   - clauses: Any of them is enough.
    ///   - items: The fields whose values will be found; those wanted are added.
    init(_ clauses: [Clause], _ schema: MessageSchema, _ items: inout [Int]) {
        var glances: [Glance] = []
        var texts = Texts()
        for clause in clauses {
            var wanted = clause.tests.map { (place: 0, kind: Self.kind(of: $0)) }
            for (field, test) in clause.fields.sorted(by: { $0.key < $1.key }) {
                let named = schema.indexes(of: field)
                guard named.count == 1 else {
                    wanted.append((0, .unknown))
                    continue
                }
                let place = items.firstIndex(of: named[0]) ?? items.count
                if place == items.count { items.append(named[0]) }
                wanted.append((place, Self.kind(of: test, &texts)))
            }
            if wanted.isEmpty { wanted = [(0, .always)] }
            wanted.sort { $0.kind.cost < $1.kind.cost }
            for (index, (place, kind)) in wanted.enumerated() {
                glances.append(
                    Glance(place: place, kind: kind, isLast: index == wanted.count - 1))
            }
        }
        self.glances = glances
        self.texts = texts
    }

    /// Whether a clause holds.
    ///
    /// - Parameters:
    ///   - values: Those of the items that were added.
    ///   - body: The frame's body, a message without surplus.
    ///   - isForeign: Whether it is about an order of another client; `nil` when that is not known.
    func glimpse(
        _ values: Span<PlacedValue>, in body: Span<UInt8>, isProtobuf: Bool, isForeign: Bool?
    ) -> Glimpse {
        var all = Glimpse.no
        var one = Glimpse.yes
        for index in glances.indices {
            let glance = glances[index]
            if one != .no {
                switch self.glimpse(
                    glance, values, in: body, isProtobuf: isProtobuf, isForeign: isForeign)
                {
                case .no: one = .no
                case .maybe: one = .maybe
                case .yes: break
                }
            }
            guard glance.isLast else { continue }
            if one == .yes { return .yes }
            if one == .maybe { all = .maybe }
            one = .yes
        }
        return all
    }

    /// How the numbers begin that stand for none.
    private static let unsetFronts = ["2147483", "9223372", "1.79769"].map {
        word($0.utf8.span) ?? 0
    }

    // Helpers, in the order they are called.

    private static func kind(of test: AttributeTest) -> Kind {
        switch (test.attribute, test.test) {
        // The clauses were looked up by them, and rows are the gateway's.
        case ("type", _): .always
        case ("direction", .oneOf(let words)):
            words.contains(Direction.toClient.rawValue) ? .always : .never
        // Fields more than the version has are looked for before.
        case ("surplus", .flag(let wanted)): wanted ? .never : .always
        case ("bytes", .flag(true)), ("replaced", .flag(true)): .oddText
        case ("foreign", .flag(true)): .foreign(true)
        case ("own", .flag(true)): .foreign(false)
        default: .unknown
        }
    }

    private static func kind(of test: FieldTest, _ texts: inout Texts) -> Kind {
        switch test {
        case .equals(let text): return kind(of: [text], &texts)
        case .oneOf(let wanted): return kind(of: wanted, &texts)
        case .contains(let part):
            guard part.utf8.count == 1, let byte = part.utf8.first else { return .unknown }
            return .byte(byte)
        case .isSet(false): return .unset
        case .compares(let comparison, let limit):
            return Double(limit).map { .compares(comparison, $0) } ?? .unknown
        case .differs, .isSet(true): return .unknown
        }
    }

    private static func kind(of wanted: [String], _ texts: inout Texts) -> Kind {
        let starts = (texts.words.count, texts.numbers.count, texts.doubles.count)
        var hasLong = false
        for text in wanted {
            if let word = word(text.utf8.span) { texts.words.append(word) } else { hasLong = true }
            if let number = Int64(text), String(number) == text { texts.numbers.append(number) }
            if let double = Double(text), double.wireText == text { texts.doubles.append(double) }
        }
        return .words(
            starts.0..<texts.words.count, numbers: starts.1..<texts.numbers.count,
            doubles: starts.2..<texts.doubles.count, hasLong: hasLong)
    }

    /// A short text and its length as one number; `nil` for a longer one.
    private static func word(_ text: Span<UInt8>) -> UInt64? {
        guard text.count <= 7 else { return nil }
        var word = UInt64(text.count)
        for index in text.indices { word = word << 8 | UInt64(text[index]) }
        return word
    }

    @inline(__always)
    private func glimpse(
        _ glance: Glance, _ values: Span<PlacedValue>, in body: Span<UInt8>, isProtobuf: Bool,
        isForeign: Bool?
    ) -> Glimpse {
        switch glance.kind {
        case .unknown: return .maybe
        case .always: return .yes
        case .never: return .no
        case .foreign(let wanted): return isForeign == wanted ? .yes : .no
        // Protobuf with other texts finds no place on the tape.
        case .oddText: return isProtobuf || body.isASCII ? .no : .maybe
        case .words, .byte, .unset, .compares: break
        }
        switch values[glance.place] {
        case .absent:
            // What protobuf leaves out may stand for a text.
            if isProtobuf { return .maybe }
            if case .unset = glance.kind { return .yes }
            return .no
        case .text(let range): return glimpse(glance.kind, body.extracting(range))
        case .whole(let number): return glimpse(glance.kind, number)
        case .double(let number): return glimpse(glance.kind, number)
        case .rows, .noRows: return .maybe
        }
    }

    private func glimpse(_ kind: Kind, _ text: Span<UInt8>) -> Glimpse {
        switch kind {
        case .words(let range, _, _, let hasLong):
            guard let word = Self.word(text) else { return hasLong ? .maybe : .no }
            for index in range where texts.words[index] == word { return .yes }
            return .no
        case .byte(let byte):
            for index in text.indices where text[index] == byte { return .yes }
            return .no
        case .unset:
            guard !text.isEmpty else { return .yes }
            guard text.count >= 10, let front = Self.word(text.extracting(first: 7)) else {
                return .no
            }
            return Self.unsetFronts.contains(front) ? .maybe : .no
        case .compares(let comparison, let limit):
            return text.shortDecimal.map { comparison.holds($0, limit) ? .yes : .no } ?? .maybe
        case .unknown, .always, .never, .foreign, .oddText: return .maybe
        }
    }

    private func glimpse(_ kind: Kind, _ number: Int64) -> Glimpse {
        switch kind {
        case .words(_, let range, _, _):
            for index in range where texts.numbers[index] == number { return .yes }
            return .no
        case .byte(let byte): return byte == UInt8(ascii: "-") || byte &- 0x30 < 10 ? .maybe : .no
        case .unset: return number >= Int64(Int32.max) ? .maybe : .no
        case .compares(let comparison, let limit):
            return comparison.holds(Double(number), limit) ? .yes : .no
        case .unknown, .always, .never, .foreign, .oddText: return .maybe
        }
    }

    private func glimpse(_ kind: Kind, _ number: Double) -> Glimpse {
        switch kind {
        case .words(_, _, let range, _):
            for index in range where texts.doubles[index] == number { return .yes }
            return .no
        case .unset: return number > 1e308 ? .maybe : .no
        case .compares(let comparison, let limit):
            return comparison.holds(number, limit) ? .yes : .no
        case .byte, .unknown, .always, .never, .foreign, .oddText: return .maybe
        }
    }
}
