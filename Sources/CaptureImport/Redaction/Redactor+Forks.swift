/// Redacting several recordings at a time, with what was learnt of all of them.
extension Redactor {
    /// One that knows as much, and has nothing to report.
    var fork: Redactor {
        var fork = self
        fork.report = RedactionReport()
        fork.reported = [:]
        return fork
    }

    /// Reports what a fork has done, as if this one had done it now.
    ///
    /// - Returns: False, with nothing reported, when it takes doing again: what one of both has learnt
    ///   since, the other did not know.
    mutating func absorb(_ fork: Redactor) -> Bool {
        guard fork.knowledge == knowledge else { return false }
        // What was too much to remember counts each time.
        var new = fork.report.differentCounts
        for (original, kind) in fork.reported {
            let isKnown = reported[original] != nil || reported.count >= Self.maxOthers
            if isKnown { new[kind, default: 0] -= 1 } else { reported[original] = kind }
        }
        report.add(fork.report, different: new)
        return true
    }

    /// How much has been learnt, which only grows.
    private var knowledge: Int {
        standIns.count + soughtWords.count + others.values.reduce(0) { $0 + $1.count }
    }
}
