/// A kind of wire fact: its word in `recognize:`, what it tells, and its attributes.
package struct FactWord: Sendable {
    package let word: String
    package let about: String
    package let attributes: [FactAttribute]

    package init(_ word: String, _ about: String, _ attributes: [FactAttribute]) {
        self.word = word
        self.about = about
        self.attributes = attributes
    }

    package func attribute(_ name: String) -> FactAttribute? {
        attributes.first { $0.name == name }
    }

    package static func named(_ word: String) -> FactWord? { all.first { $0.word == word } }
}

/// One thing that is known of a fact.
package struct FactAttribute: Sendable {
    package enum Kind: Sendable {
        /// One of these words.
        case word([String])
        /// Names of messages, one or several.
        case names
        case count
        case duration
        case flag
        case text
        case codes
    }

    package let name: String
    package let kind: Kind
    package let about: String

    package init(_ name: String, _ kind: Kind, _ about: String) {
        self.name = name
        self.kind = kind
        self.about = about
    }
}

/// What a fact says under one attribute.
package enum FactValue: Hashable, Sendable {
    case word(String)
    case names(Set<String>)
    case count(Int)
    case duration(Duration)
    case flag(Bool)
    case text(String)
    case codes(Set<Int>)
}

extension FactValue: CustomStringConvertible {
    /// Several names or codes in their order, with plus signs between.
    package var description: String {
        switch self {
        case .word(let word): word
        case .names(let names): names.sorted().joined(separator: "+")
        case .count(let count): String(count)
        case .duration(let duration): "\(duration)"
        case .flag(let flag): String(flag)
        case .text(let text): "\"\(text)\""
        case .codes(let codes): codes.sorted().map(String.init).joined(separator: "+")
        }
    }
}
