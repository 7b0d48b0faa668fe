package import Faults

/// How a pathology is recognized: several signs, each of which is enough.
package struct Recognition: Hashable, Sendable {
    package let signs: [Sign]
    /// The pathology whose signs these are too.
    package let like: String?

    package init(signs: [Sign], like: String? = nil) {
        self.signs = signs
        self.like = like
    }
}

/// What has to be seen, in the order of time, and what must not.
package struct Sign: Hashable, Sendable {
    package let clauses: [Clause]

    package init(clauses: [Clause]) {
        self.clauses = clauses
    }

    /// How much it asks for; of two signs that explain the same events the greater one wins.
    package var weight: Int { clauses.reduce(0) { $0 + $1.weight } }
}

/// One fact that has to be there, or that must not be.
package struct Clause: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// It is there, not before the clause above it.
        case seen
        /// It is not there, on the connection of the clause above and not before it.
        case not
        /// It is nowhere in the source.
        case never
    }

    /// On which connection, compared with the clause above.
    package enum Place: String, Hashable, Sendable, CaseIterable {
        case same, other, any
    }

    package let kind: Kind
    package let word: String
    package let tests: [AttributeTest]
    /// Of messages only: tests of their fields.
    package let fields: [String: FieldTest]
    package let place: Place
    /// How many such facts there have to be.
    package let count: CountRange?
    /// How long after the clause above at most.
    package let within: Duration?
    /// Counts for nothing in comparison with other signs.
    package let isMinor: Bool

    package init(
        kind: Kind = .seen, word: String, tests: [AttributeTest] = [],
        fields: [String: FieldTest] = [:], place: Place = .same, count: CountRange? = nil,
        within: Duration? = nil, isMinor: Bool = false
    ) {
        self.kind = kind
        self.word = word
        self.tests = tests
        self.fields = fields
        self.place = place
        self.count = count
        self.within = within
        self.isMinor = isMinor
    }

    var weight: Int {
        if isMinor { return 0 }
        switch kind {
        case .seen: return 2 + tests.count + fields.count + (count == nil ? 0 : 1)
        case .not, .never: return 1
        }
    }
}

/// A test of one attribute.
package struct AttributeTest: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
        case oneOf([String])
        case count(FieldTest.Comparison?, Int)
        case duration(FieldTest.Comparison, Duration)
        case flag(Bool)
        case contains([String])
        case codes([Int])
    }

    package let attribute: String
    package let test: Test

    package init(_ attribute: String, _ test: Test) {
        self.attribute = attribute
        self.test = test
    }

    func holds(_ value: FactValue?) -> Bool {
        switch (test, value) {
        case (.oneOf(let words), .word(let word)?): words.contains(word)
        case (.oneOf(let words), .names(let names)?): words.contains(where: names.contains)
        case (.count(let comparison, let limit), .count(let count)?):
            Self.compare(count, comparison, limit)
        case (.duration(let comparison, let limit), .duration(let duration)?):
            Self.compare(duration, comparison, limit)
        case (.flag(let wanted), .flag(let flag)?): wanted == flag
        // What is not known is not so.
        case (.flag(let wanted), nil): !wanted
        case (.contains(let parts), .text(let text)?): parts.contains { text.holds($0) }
        case (.codes(let wanted), .codes(let codes)?): wanted.contains(where: codes.contains)
        case (.oneOf, _), (.count, _), (.duration, _), (.flag, _), (.contains, _), (.codes, _):
            false
        }
    }

    private static func compare<Value: Comparable>(
        _ value: Value, _ comparison: FieldTest.Comparison?, _ limit: Value
    ) -> Bool {
        comparison?.holds(value, limit) ?? (value == limit)
    }
}

extension String {
    /// Whether `part` stands in it; letters count in either case.
    func holds(_ part: String) -> Bool { lowercased().contains(part.lowercased()) }
}
