/// A count as a scenario states it: `3`, `">= 2"`, `"<= 4"`, `"1..4"`.
package struct CountRange: Hashable, Sendable, CustomStringConvertible {
    package let lowest: Int
    /// `nil`: no upper bound.
    package let highest: Int?

    package init(_ lowest: Int, _ highest: Int?) {
        self.lowest = lowest
        self.highest = highest
    }

    package static func exactly(_ count: Int) -> CountRange { CountRange(count, count) }

    /// Reads a count as a scenario spells it.
    ///
    /// It is `nil` when the text is not a count.
    package init?(_ text: String) {
        let compact = text.filter { $0 != " " }
        if compact.hasPrefix(">="), let count = Int(compact.dropFirst(2)), count >= 0 {
            self.init(count, nil)
        } else if compact.hasPrefix("<="), let count = Int(compact.dropFirst(2)), count >= 0 {
            self.init(0, count)
        } else if let count = Int(compact), count >= 0 {
            self.init(count, count)
        } else {
            let ends = compact.split(separator: ".", omittingEmptySubsequences: true)
            guard compact.contains(".."), ends.count == 2, let lowest = Int(ends[0]),
                let highest = Int(ends[1]), lowest >= 0, lowest <= highest
            else { return nil }
            self.init(lowest, highest)
        }
    }

    package func contains(_ count: Int) -> Bool {
        count >= lowest && highest.map { count <= $0 } ?? true
    }

    package var description: String {
        switch highest {
        case nil: ">= \(lowest)"
        case .some(lowest): "\(lowest)"
        case .some(let highest): lowest == 0 ? "<= \(highest)" : "\(lowest)..\(highest)"
        }
    }
}
