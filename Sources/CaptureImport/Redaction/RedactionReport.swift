import EventLog

/// What was replaced, what was kept, and what could not be judged; never the originals.
package struct RedactionReport: Hashable, Sendable {
    /// Things that are replaced, in the words of the report.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case account, name
        case reference = "order reference"
        case address = "e-mail address"
        case telephone = "telephone number"
        case text = "text"
        case amount = "amount"
        case time = "connection time"
    }

    struct Count: Hashable, Sendable {
        var different = 0
        var places = 0
    }

    /// Stand-ins of accounts, in the order their originals were met.
    package internal(set) var standIns: [String] = []
    private var counts: [Kind: Count] = [:]
    /// What was seen and stays as it was, by the words for it.
    private var kept: [String: Int] = [:]
    /// Fields whose texts could hold anything.
    private var unjudged: [String: Int] = [:]
    /// Fields told apart in the report.
    private static let maxFields = 1024

    package func places(of kind: Kind) -> Int { counts[kind]?.places ?? 0 }

    mutating func replace(_ kind: Kind, isNew: Bool) {
        counts[kind, default: Count()].places += 1
        if isNew { counts[kind, default: Count()].different += 1 }
    }

    mutating func keep(_ what: String, _ count: Int = 1) { kept[what, default: 0] += count }

    mutating func cannotJudge(_ field: String) {
        if unjudged[field] != nil || unjudged.count < Self.maxFields {
            unjudged[field, default: 0] += 1
        }
    }

    /// Originals that were different, by their kind.
    var differentCounts: [Kind: Int] { counts.mapValues(\.different) }

    /// Adds the counts of another report.
    ///
    /// - Parameter different: How many of its originals are new here.
    mutating func add(_ other: RedactionReport, different: [Kind: Int]) {
        for (kind, count) in other.counts {
            counts[kind, default: Count()].places += count.places
            counts[kind, default: Count()].different += different[kind] ?? 0
        }
        for (what, count) in other.kept { keep(what, count) }
        for (field, count) in other.unjudged.sorted(by: { $0.key < $1.key })
        where unjudged[field] != nil || unjudged.count < Self.maxFields {
            unjudged[field, default: 0] += count
        }
    }

    package var sentences: [String] {
        var sentences: [String] = []
        for kind in Kind.allCases {
            guard let count = counts[kind] else { continue }
            let times = Self.counted(count.places, "place")
            switch kind {
            case .account:
                let shown = standIns.prefix(5).joined(separator: ", ")
                sentences.append(
                    "replaced \(Self.counted(count.different, "account")) in \(times) by \(shown)"
                        + (standIns.count > 5 ? " and so on" : ""))
            case .time: sentences.append("hid \(Self.counted(count.places, kind.rawValue))")
            case .amount: sentences.append("scaled \(Self.counted(count.places, kind.rawValue))")
            case .name, .reference, .address, .telephone, .text:
                let things = Self.counted(count.different, kind.rawValue)
                sentences.append("replaced \(things) in \(times)")
            }
        }
        let stays = kept.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) (\($0.value))" }
        if !stays.isEmpty { sentences.append("kept as recorded: \(stays.joined(separator: ", "))") }
        let open = unjudged.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !open.isEmpty {
            let shown = open.prefix(8).map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
            sentences.append(
                "could not judge, read it before you share it: \(shown)"
                    + (open.count > 8 ? ", \(open.count - 8) more fields" : ""))
        }
        return sentences
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        let plural = noun.hasSuffix("ss") ? noun + "es" : noun + "s"
        return count == 1 ? "1 \(noun)" : "\(count) \(plural)"
    }
}
