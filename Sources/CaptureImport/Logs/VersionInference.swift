import GatewayWire

/// Finds the server version of messages that were recorded without a handshake.
///
/// A version fits when most messages are read to their last field. Where several fit alike, the newest
/// is taken; among text messages alone, the newest of those that have no binary ids.
struct VersionInference {
    /// Messages of a kind that are tried, and of all kinds.
    static let maxSamples = (ofKind: 3, all: 240)
    /// Messages that are tried with separators in their fields.
    static let maxSearched = 16

    /// What was found.
    struct Answer: Equatable {
        let version: Int
        /// Versions at which as many messages are read.
        let alike: ClosedRange<Int>
        /// Messages that were tried, and those that were read.
        let sampleCount: Int
        let fitCount: Int

        var sentence: String {
            let others =
                alike.count == 1
                ? "no other reads as much"
                : "\(alike.lowerBound) to \(alike.upperBound) read as much"
            return "server version \(version) is inferred from \(fitCount) of \(sampleCount) "
                + "messages; \(others); --server-version sets it"
        }
    }

    private struct Kind: Hashable {
        let direction: Direction
        let id: [UInt8]
    }

    private var samples: [(direction: Direction, body: RecordedBody)] = []
    private var counts: [Kind: Int] = [:]
    private var hasBinary = false

    /// Whether a further message would count.
    var wantsMore: Bool { samples.count < Self.maxSamples.all }

    mutating func add(_ body: RecordedBody, _ direction: Direction) {
        guard wantsMore else { return }
        hasBinary = hasBinary || body.isBinary
        let kind = Kind(direction: direction, id: body.id)
        counts[kind, default: 0] += 1
        guard counts[kind, default: 0] <= Self.maxSamples.ofKind else { return }
        samples.append((direction, body))
    }

    /// - Returns: `nil` when nothing can be read at any version.
    var answer: Answer? {
        let known = ProtocolSchema.serverVersions
        var searchCount = 0
        let versions = hasBinary ? 201...known.upperBound : known
        var scores = versions.map { (version: $0, score: Score()) }
        for sample in samples {
            var misfits: [Int] = []
            for place in scores.indices {
                let decoder = MessageDecoder(
                    serverVersion: scores[place].version, direction: sample.direction)
                if let oddities = sample.body.oddities(decoder) {
                    scores[place].score.add(oddities)
                } else {
                    misfits.append(place)
                }
            }
            // It may hold separators in its fields, which is odd too.
            guard sample.body.isShort, !misfits.isEmpty, searchCount < Self.maxSearched else {
                continue
            }
            searchCount += 1
            for place in misfits {
                let decoder = MessageDecoder(
                    serverVersion: scores[place].version, direction: sample.direction)
                if let oddities = sample.body.oddities(searching: decoder) {
                    scores[place].score.add(oddities + 1)
                }
            }
        }
        guard let best = scores.map(\.score).max(), best.fitCount > 0 else { return nil }
        let alike = scores.filter { $0.score == best }.map(\.version)
        guard let newest = alike.last else { return nil }
        let version = hasBinary ? newest : alike.last { $0 <= 200 } ?? newest
        return Answer(
            version: version, alike: Self.range(of: alike, around: version),
            sampleCount: samples.count, fitCount: best.fitCount)
    }

    /// How well a version reads the samples; more is better.
    private struct Score: Comparable {
        var fitCount = 0
        var oddities = 0

        mutating func add(_ oddities: Int) {
            fitCount += 1
            self.oddities += oddities
        }

        static func < (one: Score, other: Score) -> Bool {
            (one.fitCount, -one.oddities) < (other.fitCount, -other.oddities)
        }
    }

    /// The versions around one, up to the first that is missing.
    private static func range(of versions: [Int], around version: Int) -> ClosedRange<Int> {
        var range = version...version
        while versions.contains(range.lowerBound - 1) {
            range = range.lowerBound - 1...range.upperBound
        }
        while versions.contains(range.upperBound + 1) {
            range = range.lowerBound...range.upperBound + 1
        }
        return range
    }
}

/// A frame's body as a recorder wrote it: the bytes themselves, or fields with a letter between them.
struct RecordedBody {
    let bytes: [UInt8]
    let separator: UInt8
    /// The writer may have ended it with one separator too many.
    var mayEndTwice = false

    /// The bytes themselves begin with an id of 4 bytes, whose first is 0.
    var isBinary: Bool { bytes.first == 0 }

    /// What tells messages of one kind from others.
    var id: [UInt8] {
        isBinary ? Array(bytes.prefix(4)) : Array(bytes.prefix { $0 != separator && $0 != 0 })
    }

    /// Few fields, so that ways to read them are tried quickly.
    var isShort: Bool { !isBinary && bytes.count { $0 == separator } <= 16 }

    /// Fields ended by NULs, the id as text.
    var texts: [[UInt8]] {
        var body = SeparatedFields(separator).split(bytes)
        if body.last != 0 { body.append(0) }
        return mayEndTwice && body.suffix(2) == [0, 0] ? [body, body.dropLast()] : [body]
    }

    /// The oddities of the message that it is as it stands, nil when it fits no layout.
    func oddities(_ decoder: MessageDecoder) -> Int? {
        guard isBinary else { return SeparatedFields(separator).oddities(of: texts, decoder) }
        guard case .message(let message) = decoder.decode(bytes[...]), message.surplus.isEmpty
        else { return nil }
        return 0
    }

    /// As `oddities`, with separators within fields.
    func oddities(searching decoder: MessageDecoder) -> Int? {
        var fields = SeparatedFields(separator)
        return fields.best(of: texts, decoder)?.oddities
    }
}
