/// The name of a file of rust-ibapi's raw capture, without its ending.
///
/// `2026-01-15-14-31-0-inbound-002`: the minute when the client began, in UTC, or the word
/// `unknown`; the client among those of its program, counted from 0; the connection among the
/// client's, counted from 0, with three digits or more.
struct RawCaptureName: Comparable {
    enum Kind {
        /// The bytes.
        case bytes
        /// The index.
        case index
    }

    let text: String
    /// Which client it is: connections of one follow on one another.
    let client: String
    /// 1970 when it is not known.
    let beganAt: CaptureInstant
    let isTimed: Bool
    private let instance: Int
    private let number: Int

    /// - Returns: `nil` for another file's name; a path is none.
    static func read(_ name: some StringProtocol) -> (RawCaptureName, Kind)? {
        let kind: Kind
        switch name.suffix(4) {
        case ".bin": kind = .bytes
        case ".idx": kind = .index
        default: return nil
        }
        return RawCaptureName(String(name.dropLast(4))).map { ($0, kind) }
    }

    private init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[parts.count - 2] == "inbound",
            let instance = Self.number(parts[parts.count - 3], digits: 1...15),
            let number = Self.number(parts[parts.count - 1], digits: 3...15)
        else { return nil }
        let stamp = parts.dropLast(3)
        if stamp.elementsEqual(["unknown"]) {
            beganAt = CaptureInstant(nanosecondsSinceEpoch: 0)
            isTimed = false
        } else {
            guard stamp.map(\.count) == [4, 2, 2, 2, 2],
                stamp.allSatisfy({ Self.number($0, digits: 2...4) != nil }),
                let instant = CaptureInstant(
                    isoText: "\(stamp[0])-\(stamp[1])-\(stamp[2])T\(stamp[3]):\(stamp[4])Z")
            else { return nil }
            beganAt = instant
            isTimed = true
        }
        self.text = text
        self.instance = instance
        self.number = number
        client = parts.dropLast(2).joined(separator: "-")
    }

    private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int? {
        digits.contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
            ? Int(text) : nil
    }

    /// By the client's minute, its place among the clients, and the connection's; those without a
    /// minute come last.
    static func < (one: RawCaptureName, other: RawCaptureName) -> Bool {
        let first = (one.isTimed ? 0 : 1, one.beganAt.nanosecondsSinceEpoch)
        let second = (other.isTimed ? 0 : 1, other.beganAt.nanosecondsSinceEpoch)
        return first == second
            ? (one.instance, one.number, one.text) < (other.instance, other.number, other.text)
            : first < second
    }
}
