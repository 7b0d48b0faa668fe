import Faults
import GatewayWire

/// The clauses about messages, by the messages that they want.
struct MessagePatterns {
    private struct Pattern {
        let clause: Clause
        let schema: MessageSchema
        let tests: [Test]
    }

    private struct Test {
        let field: String
        /// Where the field is, if only one is called so.
        let item: Int?
        let test: FieldTest

        func holds(_ message: Message) -> Bool {
            if let item, let text = message.values[item].string { return test.holds(text) }
            return test.holds(message[field])
        }
    }

    /// By the messages' ids; empty where no clause wants one.
    private var toClient: [[Pattern]] = []
    private var toGateway: [[Pattern]] = []
    /// By the ids of messages to the client: the same clauses, to be tried where a frame stands.
    private var glances: [FieldGlances] = []
    /// Messages of which each has to be compared with the one before.
    private var repeated = MessageIDs()

    init(_ clauses: [Clause]) {
        for clause in clauses where clause.word == "message" {
            for name in clause.messageNames {
                Self.add(clause, ProtocolSchema.message(named: name, .toClient), to: &toClient)
                Self.add(clause, ProtocolSchema.message(named: name, .toGateway), to: &toGateway)
            }
        }
        glances = toClient.map { patterns in
            var glances = FieldGlances()
            for pattern in patterns { glances.add(pattern.clause, pattern.schema) }
            return glances
        }
        for pattern in toClient.joined()
        where pattern.clause.tests.contains(where: { $0.attribute == "repeats" }) {
            repeated.insert(pattern.schema.id)
        }
    }

    private static func add(
        _ clause: Clause, _ schema: MessageSchema?, to patterns: inout [[Pattern]]
    ) {
        guard let schema else { return }
        if schema.id >= patterns.count {
            patterns.append(contentsOf: repeatElement([], count: schema.id + 1 - patterns.count))
        }
        let tests = clause.fields.sorted { $0.key < $1.key }.map { field, test in
            let items = schema.indexes(of: field)
            return Test(field: field, item: items.count == 1 ? items[0] : nil, test: test)
        }
        patterns[schema.id].append(Pattern(clause: clause, schema: schema, tests: tests))
    }

    /// Whether a clause may hold of a message to the client, judged by its fields where they stand.
    ///
    /// - Parameter body: What `scanner` has scanned last.
    func mayWant(
        _ body: Span<UInt8>, _ scanner: borrowing MessageScanner, isProtobuf: Bool,
        _ tape: borrowing ProtobufTape
    ) -> Bool {
        let id = scanner.messageID
        guard id < glances.count else { return false }
        return repeated.contains(id)
            || glances[id].mayHold(body, scanner, isProtobuf: isProtobuf, tape)
    }

    func wants(_ message: Message) -> Bool { !patterns(of: message).isEmpty }

    /// The clauses whose fields hold.
    func matching(_ message: Message) -> [Clause] {
        patterns(of: message).filter { pattern in
            pattern.tests.allSatisfy { $0.holds(message) }
        }.map(\.clause)
    }

    private func patterns(of message: Message) -> [Pattern] {
        let patterns = message.schema.direction == .toClient ? toClient : toGateway
        return message.schema.id < patterns.count ? patterns[message.schema.id] : []
    }
}
