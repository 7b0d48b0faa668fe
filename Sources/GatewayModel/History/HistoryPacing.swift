import GatewayWire
import Simulation

/// One client's latest requests for small bars.
///
/// Documented for bars of 30 seconds and less: no identical question within 15 seconds, no six
/// about one contract and kind within two seconds, no more than 60 within ten minutes.
struct HistoryPacing: Sendable {
    private struct Asked: Sendable {
        let instant: SimInstant
        let question: [String]
        let subject: String
    }

    private static let most = 60
    private var asked: [Asked] = []

    /// Whether a question comes too soon; if not, it is remembered.
    mutating func refuses(_ question: [String], about subject: String, at now: SimInstant) -> Bool {
        asked.removeAll { now - $0.instant > .seconds(600) }
        let isRepeated = asked.contains {
            now - $0.instant < .seconds(15) && $0.question == question
        }
        let isBurst =
            asked.count { now - $0.instant < .seconds(2) && $0.subject == subject } >= 5
        guard !isRepeated, !isBurst, asked.count < Self.most else { return true }
        asked.append(Asked(instant: now, question: question, subject: subject))
        return false
    }
}
