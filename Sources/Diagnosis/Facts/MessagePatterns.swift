import Faults
import GatewayWire

/// The clauses about messages, by the messages that they want.
struct MessagePatterns {
    private struct Pattern {
        let clause: Clause
        /// The clause's in `numbers`.
        let number: Int
        let tests: [(field: KnownField, test: FieldTest)]
    }

    /// Clauses by which messages are told apart; a fact has the numbers of those that hold.
    private(set) var numbers: [Clause: Int] = [:]

    /// By the messages' ids; empty where no clause wants one.
    private var toClient: [[Pattern]] = []
    private var toGateway: [[Pattern]] = []
    /// By the ids of messages to the client: how they are looked at where they stand, if they are.
    private(set) var rowPlans = RowPlans()

    init(_ clauses: [Clause]) {
        for clause in clauses where clause.word == "message" {
            for name in clause.messageNames {
                let number = numbers[clause] ?? numbers.count
                numbers[clause] = number
                Self.add(
                    clause, number, ProtocolSchema.message(named: name, .toClient), to: &toClient)
                Self.add(
                    clause, number, ProtocolSchema.message(named: name, .toGateway),
                    to: &toGateway)
            }
        }
        rowPlans = RowPlans(
            RowPlan.all { id in id < toClient.count ? toClient[id].map(\.clause) : [] })
    }

    private static func add(
        _ clause: Clause, _ number: Int, _ schema: MessageSchema?,
        to patterns: inout [[Pattern]]
    ) {
        guard let schema else { return }
        if schema.id >= patterns.count {
            patterns.append(contentsOf: repeatElement([], count: schema.id + 1 - patterns.count))
        }
        let tests = clause.fields.sorted { $0.key < $1.key }.map { field, test in
            (KnownField(field, of: schema), test)
        }
        patterns[schema.id].append(Pattern(clause: clause, number: number, tests: tests))
    }

    func wants(_ message: Message) -> Bool { !patterns(of: message).isEmpty }

    /// The numbers of the clauses that hold of a message.
    ///
    /// - Parameter value: What a fact says of the message, by the attribute's name.
    func matching(_ message: Message, _ value: (String) -> FactValue?) -> Set<Int> {
        var numbers: Set<Int> = []
        for pattern in patterns(of: message)
        where pattern.tests.allSatisfy({ $0.test.holds(message.text(of: $0.field)) })
            && pattern.clause.tests.allSatisfy({ $0.holds(value($0.attribute)) })
        {
            numbers.insert(pattern.number)
        }
        return numbers
    }

    private func patterns(of message: Message) -> [Pattern] {
        let patterns = message.schema.direction == .toClient ? toClient : toGateway
        return message.schema.id < patterns.count ? patterns[message.schema.id] : []
    }
}
