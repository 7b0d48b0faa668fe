import EventLog
import Faults
import GatewayWire
import Simulation

/// Everything that the fired rules want to be done to one message, or to the answer to a hello.
///
/// It is carried out as a whole, in the order of its members. `FaultReference` tells it to users.
struct Verdict: Sendable {
    enum Keeping: Sendable {
        case until(Trigger)
        case past(Int, within: Duration)
    }

    /// A change of the frame, and the rule that wants it.
    struct Change: Sendable {
        let rule: String
        let change: FrameChange
        let random: SeededRandom
    }

    /// What the answer to a hello says instead.
    struct Reply: Sendable {
        var version: Int?
        var time: [UInt8]?
        var fields: Int?
    }

    /// How often the message passes; 0 when it is dropped.
    var copies = 1
    /// How long the copies leave after each other.
    var gap = Duration.zero
    /// What goes to the client in place of the message.
    var answers: [Message]?
    var reply: Reply?
    var replacements: [(field: String, expression: FieldExpression)] = []
    var encoding: (form: MessageEncoding, rule: String)?
    var changes: [Change] = []
    var cut: (kept: Int, ending: CutEnding)?
    /// The connection that the message goes over, and whether it goes over its own too.
    var redirect: (connection: ConnectionID, also: Bool)?
    var delay = Duration.zero
    /// Nothing later overtakes the message while it is delayed.
    var keepsOrder = false
    var keeping: Keeping?

    static let pass = Verdict()

    /// Whether the lane has nothing to do for it: no delay, no copies.
    var leavesAtOnce: Bool { copies == 1 && delay == .zero && keeping == nil }

    /// The verdict for the copy with this number, from 0.
    func copy(_ number: Int) -> Verdict {
        var copy = self
        copy.delay += gap * number
        return copy
    }

    /// The changes of the frame in the order in which they are done.
    var orderedChanges: [Change] {
        changes.enumerated()
            .sorted { ($0.element.change.rank, $0.offset) < ($1.element.change.rank, $1.offset) }
            .map(\.element)
    }

    /// The message with its fields replaced; `nil` when nothing is replaced in it.
    func replaced(_ message: Message) -> Message? {
        var changed: Message?
        for (field, expression) in replacements where !message.schema.indexes(of: field).isEmpty {
            var next = changed ?? message
            guard let value = expression.value(of: field, in: next, from: next) else { continue }
            next.set(field, to: value)
            changed = next
        }
        return changed
    }
}
