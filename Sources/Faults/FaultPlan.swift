package import EventLog
package import GatewayWire
package import Simulation

/// Something that happened and that a rule may be waiting for.
package enum Occasion {
    case started
    case connected
    case hello
    case phaseEntered(ConnectionPhase)
    case message(Message)
    case ended(EndingKind)
    case lightTurned(APILight)
    case signaled(String)
}

/// The gateway as it stands at an occasion.
package struct Surroundings {
    /// The connection the occasion is about; `nil` when it is about the gateway.
    package var connection: ConnectionID?
    package var phase: ConnectionPhase?
    package var clientID: Int?
    /// Open connections that were accepted before this one, held descriptors not counted.
    package var othersOpen: Int
    /// Descriptors kept after their client's FIN.
    package var held: Int

    package init(
        connection: ConnectionID? = nil, phase: ConnectionPhase? = nil, clientID: Int? = nil,
        othersOpen: Int = 0, held: Int = 0
    ) {
        self.connection = connection
        self.phase = phase
        self.clientID = clientID
        self.othersOpen = othersOpen
        self.held = held
    }
}

/// A rule that fired: what to do now, or after the rule's delay.
package struct Firing: Hashable, Sendable {
    package let rule: String
    package let after: Duration
    package let actions: [FaultAction]
}

/// The rules of one gateway, and how often each has matched and fired.
///
/// Decides which rules fire; carrying their actions out is the gateway's business.
package struct FaultPlan: Sendable {
    package let rules: [FaultRule]
    private var matchCounts: [Int]
    package private(set) var fireCounts: [Int]
    private var randoms: [SeededRandom]

    package init(rules: [FaultRule], seed: UInt64) {
        self.rules = rules
        matchCounts = Array(repeating: 0, count: rules.count)
        fireCounts = Array(repeating: 0, count: rules.count)
        let root = SeededRandom(seed: seed)
        randoms = rules.indices.map { root.stream("fault \($0) \(rules[$0].name)") }
    }

    /// Rules that had to fire and never did.
    package var unfired: [String] {
        zip(rules, fireCounts).filter { !$0.isOptional && $1 == 0 }.map(\.0.name)
    }

    /// How often the rules called `name` have fired; `nil` when there is no such rule.
    package func fireCount(of name: String) -> Int? {
        let counts = zip(rules, fireCounts).filter { $0.0.name == name }.map(\.1)
        return counts.isEmpty ? nil : counts.reduce(0, +)
    }

    /// Whether some rule that may still fire waits for messages of this kind.
    package func awaits(_ schema: MessageSchema) -> Bool {
        zip(rules, fireCounts).contains { rule, count in
            guard case .message(let wanted) = rule.trigger else { return false }
            return wanted.mayMatch(schema) && rule.times.map { count < $0 } ?? true
        }
    }

    /// The rules that fire at this occasion, in their order.
    package mutating func firings(at occasion: Occasion, in surroundings: Surroundings) -> [Firing]
    {
        var firings: [Firing] = []
        for (index, rule) in rules.enumerated() {
            guard rule.times.map({ fireCounts[index] < $0 }) ?? true,
                rule.isAbout(surroundings), rule.trigger.matches(occasion, in: surroundings)
            else { continue }
            matchCounts[index] += 1
            guard rule.nth?.contains(matchCounts[index]) ?? true,
                rule.chance >= 1 || randoms[index].chance(rule.chance)
            else { continue }
            fireCounts[index] += 1
            firings.append(Firing(rule: rule.name, after: rule.after, actions: rule.actions))
        }
        return firings
    }
}

extension FaultRule {
    fileprivate func isAbout(_ surroundings: Surroundings) -> Bool {
        if let connections {
            guard let connection = surroundings.connection,
                connections.contains(connection.number)
            else { return false }
        }
        if let clientID, surroundings.clientID != clientID { return false }
        if let others, !others.contains(surroundings.othersOpen) { return false }
        if phases.isEmpty { return true }
        return surroundings.phase.map(phases.contains) ?? false
    }
}

extension Trigger {
    fileprivate func matches(_ occasion: Occasion, in surroundings: Surroundings) -> Bool {
        switch (self, occasion) {
        case (.start, .started), (.hello, .hello): true
        case (.connect(let others, let held), .connected):
            (others?.contains(surroundings.othersOpen) ?? true)
                && (held?.contains(surroundings.held) ?? true)
        case (.phase(let phase), .phaseEntered(let entered)): phase == entered
        case (.message(let wanted), .message(let message)): wanted.matches(message)
        case (.disconnect(let kinds), .ended(let kind)): kinds.contains(kind)
        case (.light(let light), .lightTurned(let turned)): light == turned
        case (.signal(let name), .signaled(let given)): name == given
        case (.start, _), (.connect, _), (.hello, _), (.phase, _), (.message, _),
            (.disconnect, _), (.light, _), (.signal, _):
            false
        }
    }
}
