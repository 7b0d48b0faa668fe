/// Guesses where a difference between two plays comes from.
enum CausalSource {
    /// - Parameter first: The lane from the difference on; `second` is that of the other play.
    static func words(
        _ topic: CausalLog.Topic, _ first: ArraySlice<CausalLog.Entry>,
        _ second: ArraySlice<CausalLog.Entry>
    ) -> String {
        switch topic {
        case .output, .requests: ofProgram(first, second)
        case .answers:
            "the gateway answers alike when it is asked alike at the same half second of its market. "
                + "The request came earlier or later, between others, or from a slower program."
        case .rule:
            "what the rule waits for came in another order: it hangs on times, or on a connection "
                + "or program beside it."
        case .events, .input, .notes:
            "something that hangs on times: a wait that was just long enough, or programs beside each "
                + "other."
        }
    }

    private static func ofProgram(
        _ first: ArraySlice<CausalLog.Entry>, _ second: ArraySlice<CausalLog.Entry>
    ) -> String {
        guard let one = first.first?.text, let other = second.first?.text else {
            return
                "the program did more in one play: what it does hangs on times, or on its threads."
        }
        if first.count == second.count,
            first.map(\.text).sorted() == second.map(\.text).sorted()
        {
            return
                "the program did the same in another order: threads, tasks beside each other, or "
                + "the order of a set (PYTHONHASHSEED)."
        }
        let pairs = zip(words(one), words(other)).filter { $0 != $1 }
        if words(one).count == words(other).count, !pairs.isEmpty {
            if pairs.contains(where: { isMoment($0) && isMoment($1) }) {
                return "the program reads the clock: the value is a time since 1970."
            }
            if pairs.allSatisfy({ hasDigit($0) && hasDigit($1) }) {
                return "the program draws random numbers, or measures time."
            }
        }
        return
            "the program did something else: it hangs on times, on random numbers or on its threads."
    }

    private static func words(_ text: String) -> [Substring] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") }
    }

    private static func hasDigit(_ word: Substring) -> Bool { word.contains(where: \.isNumber) }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, of this decade or the next.
    private static func isMoment(_ word: Substring) -> Bool {
        guard let number = Double(word) else { return false }
        return [1.0, 1e3, 1e6, 1e9].contains { (1.7e9...2.3e9).contains(number / $0) }
    }
}
