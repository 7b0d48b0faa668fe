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
    /// In the order of what it costs to tell.
    private enum Kind: Int {
        /// It holds of every message of the name, or of none.
        case always, never
        /// It is about an order of another client, or of this one.
        case foreign, own
        /// One of some texts.
        case words
        /// It has a byte in it.
        case byte
        case unset
        case compares
        /// A text of the message is not ASCII.
        case oddText
        /// Only the message itself can tell.
        case unknown
    }

    /// A plain value, so that looking at one copies little.
    private struct Glance {
        let kind: Kind
        /// Where the field's value is among those that were found.
        var place = 0
        /// The same for a second item of its name: one of them at most has a value.
        var otherPlace = 0
        /// The last one that must hold together with those before it.
        var isLast = false
        /// Which of `words`, `numbers` and `doubles` are wanted.
        var words = 0..<0
        var numbers = 0..<0
        var doubles = 0..<0
        /// Some text that is wanted is too long for a word.
        var hasLong = false
        var byte = UInt8(0)
        var comparison = FieldTest.Comparison.atLeast
        var limit = 0.0

        init(_ kind: Kind) { self.kind = kind }
    }

    private let glances: [Glance]
    /// Texts of up to 15 bytes, as `word` packs them.
    private let words: [UInt128]
    private let numbers: [Int64]
    private let doubles: [Double]

    /// - Parameters:
    ///   - clauses: Any of them is enough.
    ///   - items: The fields whose values will be found; those wanted are added.
    init(_ clauses: [Clause], _ schema: MessageSchema, _ items: inout [Int]) {
        var glances: [Glance] = []
        var texts = Texts()
        for clause in clauses {
            var wanted = clause.tests.map { Glance(Self.kind(of: $0)) }
            for (field, test) in clause.fields.sorted(by: { $0.key < $1.key }) {
                let named = schema.indexes(of: field)
                guard (1...2).contains(named.count) else {
                    wanted.append(Glance(.unknown))
                    continue
                }
                let places = named.map { item in
                    if let place = items.firstIndex(of: item) { return place }
                    items.append(item)
                    return items.count - 1
                }
                var glance = texts.glance(of: test)
                (glance.place, glance.otherPlace) = (places[0], places[places.count - 1])
                wanted.append(glance)
            }
            if wanted.isEmpty { wanted = [Glance(.always)] }
            wanted.sort { $0.kind.rawValue < $1.kind.rawValue }
            wanted[wanted.count - 1].isLast = true
            glances += wanted
        }
        self.glances = glances
        words = texts.words
        numbers = texts.numbers
        doubles = texts.doubles
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

    // Helpers, in the order they are called.

    private static func kind(of test: AttributeTest) -> Kind {
        switch (test.attribute, test.test) {
        // The clauses were looked up by it.
        case ("type", _): .always
        case ("direction", .oneOf(let words)):
            words.contains(Direction.toClient.rawValue) ? .always : .never
        // Fields more than the version has are looked for before.
        case ("surplus", .flag(let wanted)): wanted ? .never : .always
        case ("bytes", .flag(true)), ("replaced", .flag(true)): .oddText
        case ("foreign", .flag(true)): .foreign
        case ("own", .flag(true)): .own
        default: .unknown
        }
    }

    /// What the texts of tests stand for, gathered.
    private struct Texts {
        var words: [UInt128] = []
        var numbers: [Int64] = []
        var doubles: [Double] = []

        mutating func glance(of test: FieldTest) -> Glance {
            switch test {
            case .equals(let text): return glance(of: [text])
            case .oneOf(let texts): return glance(of: texts)
            case .contains(let part):
                guard part.utf8.count == 1, let byte = part.utf8.first else {
                    return Glance(.unknown)
                }
                var glance = Glance(.byte)
                glance.byte = byte
                return glance
            case .isSet(false): return Glance(.unset)
            case .compares(let comparison, let limit):
                guard let limit = Double(limit) else { return Glance(.unknown) }
                var glance = Glance(.compares)
                glance.comparison = comparison
                glance.limit = limit
                return glance
            case .differs, .isSet(true): return Glance(.unknown)
            }
        }

        private mutating func glance(of texts: [String]) -> Glance {
            var glance = Glance(.words)
            let starts = (words.count, numbers.count, doubles.count)
            for text in texts {
                if let word = FieldGlances.word(text.utf8.span) {
                    words.append(word)
                } else {
                    glance.hasLong = true
                }
                if let number = Int64(text), String(number) == text { numbers.append(number) }
                if let double = Double(text), double.wireText == text { doubles.append(double) }
            }
            glance.words = starts.0..<words.count
            glance.numbers = starts.1..<numbers.count
            glance.doubles = starts.2..<doubles.count
            return glance
        }
    }

    /// A short text and its length as one number; `nil` for a longer one.
    private static func word(_ text: Span<UInt8>) -> UInt128? {
        guard text.count <= 15 else { return nil }
        var low = UInt64(0)
        for index in 0..<min(text.count, 8) { low = low << 8 | UInt64(text[index]) }
        var high = UInt64(text.count)
        for index in min(text.count, 8)..<text.count { high = high << 8 | UInt64(text[index]) }
        return UInt128(high) << 64 | UInt128(low)
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
        case .foreign: return isForeign == true ? .yes : .no
        case .own: return isForeign == false ? .yes : .no
        // Protobuf with other texts finds no place on the tape.
        case .oddText: return isProtobuf || body.isASCII ? .no : .maybe
        case .words, .byte, .unset, .compares: break
        }
        var value = values[glance.place]
        if case .absent = value { value = values[glance.otherPlace] }
        switch value {
        case .absent:
            // What protobuf leaves out may stand for a text.
            if isProtobuf { return .maybe }
            return glance.kind == .unset ? .yes : .no
        case .text(let range): return glimpse(glance, body.extracting(range))
        case .whole(let number): return glimpse(glance, number)
        case .double(let number): return glimpse(glance, number)
        case .rows, .noRows: return .maybe
        }
    }

    @inline(__always)
    private func glimpse(_ glance: Glance, _ text: Span<UInt8>) -> Glimpse {
        switch glance.kind {
        case .words:
            guard let word = Self.word(text) else { return glance.hasLong ? .maybe : .no }
            for index in glance.words where words[index] == word { return .yes }
            return .no
        case .byte:
            for index in text.indices where text[index] == glance.byte { return .yes }
            return .no
        case .unset:
            guard !text.isEmpty else { return .yes }
            guard text.count >= 10, let front = Self.word(text.extracting(first: 7)) else {
                return .no
            }
            return Self.unsetFronts.contains(front) ? .maybe : .no
        case .compares:
            guard let number = text.shortDecimal else { return .maybe }
            return glance.comparison.holds(number, glance.limit) ? .yes : .no
        case .unknown, .always, .never, .foreign, .own, .oddText: return .maybe
        }
    }

    /// How the numbers begin that stand for none.
    private static let unsetFronts = ["2147483", "9223372", "1.79769"].map {
        word($0.utf8.span) ?? 0
    }

    private func glimpse(_ glance: Glance, _ number: Int64) -> Glimpse {
        switch glance.kind {
        case .words:
            for index in glance.numbers where numbers[index] == number { return .yes }
            return .no
        case .byte:
            return glance.byte == UInt8(ascii: "-") || glance.byte &- 0x30 < 10 ? .maybe : .no
        case .unset: return number >= Int64(Int32.max) ? .maybe : .no
        case .compares: return glance.comparison.holds(Double(number), glance.limit) ? .yes : .no
        case .unknown, .always, .never, .foreign, .own, .oddText: return .maybe
        }
    }

    private func glimpse(_ glance: Glance, _ number: Double) -> Glimpse {
        switch glance.kind {
        case .words:
            for index in glance.doubles where doubles[index] == number { return .yes }
            return .no
        case .unset: return number > 1e308 ? .maybe : .no
        case .compares: return glance.comparison.holds(number, glance.limit) ? .yes : .no
        case .byte, .unknown, .always, .never, .foreign, .own, .oddText: return .maybe
        }
    }
}
