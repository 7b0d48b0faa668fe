import EventLog
import Faults
import GatewayWire

/// Everything that the fired rules want to be done to one message, or to the answer to a hello.
///
/// It is carried out as a whole, in this order: fields are replaced, copies are made, the frame is
/// cut, then it is delayed or kept back.
struct Verdict: Sendable {
    enum Keeping: Sendable {
        case until(Trigger)
        case past(Int, within: Duration)
    }

    /// How often the message passes; 0 when it is dropped.
    var copies = 1
    var delay = Duration.zero
    var keeping: Keeping?
    var cut: (kept: Int, ending: CutEnding)?
    var replacements: [(field: String, text: String)] = []

    static let pass = Verdict()

    /// Whether the message passes unchanged and at once.
    var isPlain: Bool {
        copies == 1 && delay == .zero && keeping == nil && cut == nil && replacements.isEmpty
    }

    /// Takes an action in.
    mutating func take(_ action: MessageAction) {
        switch action {
        case .delay(let time): delay += time
        case .hold(let until): keeping = .until(until)
        case .reorder(let past, let within): keeping = .past(past, within: within)
        case .drop: copies = 0
        case .duplicate(let count): if copies > 0 { copies = max(copies, count) }
        case .replace(let fields):
            replacements += fields.sorted { $0.key < $1.key }
                .map { (field: $0.key, text: $0.value) }
        case .cut(let kept, let ending): cut = (kept, ending)
        }
    }

    /// The message with its fields replaced; `nil` when nothing is replaced in it.
    func replaced(_ message: Message) -> Message? {
        var changed: Message?
        for (field, text) in replacements where !message.schema.indexes(of: field).isEmpty {
            var next = changed ?? message
            next[field] = text
            changed = next
        }
        return changed
    }
}
