import EventLog
import Faults
import GatewayModel
import GatewayWire
import ScenarioFormat
import Simulation

/// What came nearest to each rule that has not fired.
///
/// It is computed from the log alone, so that a recorded run gives the same words.
struct NearMisses {
    private var gateways: [GatewayWatch]

    init(_ scenario: Scenario) {
        gateways = scenario.gateways.map(GatewayWatch.init)
    }

    mutating func take(_ event: LogEvent, of client: String?) {
        for index in gateways.indices
        where event.gateway.map({ $0 == gateways[index].name }) ?? (client != nil) {
            gateways[index].take(event, of: client)
        }
    }

    /// The rules that had to fire and have not, as far as the log tells.
    var unfired: [(gateway: String, rule: FaultRule, words: String)] {
        gateways.flatMap { gateway in
            gateway.rules.map { (gateway.name, $0.rule, $0.words(in: gateway)) }
        }
    }
}

/// One gateway's state, and its rules that have not fired.
struct GatewayWatch {
    struct Connection {
        var phase = EventLog.ConnectionPhase.connected
        var clientID: Int?
        var isHeld = false
        var hasEnded = false
    }

    let name: String
    private(set) var rules: [RuleWatch]
    private(set) var acceptedCount = 0
    private(set) var furthest: EventLog.ConnectionPhase?
    private(set) var now = SimInstant.start
    private var light = APILight.green
    private var isListening = false
    private var serverIsLost = false
    /// Farms whose state a step has set.
    private var farms: [String: FarmState] = [:]
    private var connections: [ConnectionID: Connection] = [:]
    private var fired: Set<String> = []

    init(_ spec: GatewaySpec) {
        name = spec.name
        rules = spec.rules.filter { !$0.isOptional }.map(RuleWatch.init)
    }

    mutating func take(_ event: LogEvent, of client: String?) {
        guard !rules.isEmpty else { return }
        now = max(now, event.at)
        if case .fault(let rule, let action, _) = event.kind {
            noteServer(action)
            fired.insert(rule)
            rules.removeAll { $0.rule.name == rule }
            return
        }
        note(event)
        if let occasion = occasion(event, of: client) {
            let surroundings = surroundings(of: event.connection)
            for index in rules.indices {
                rules[index].take(occasion, in: surroundings, fired: fired)
            }
        }
        forget(event)
    }

    /// What the gateway knows before its rules are asked.
    private mutating func note(_ event: LogEvent) {
        switch (event.kind, event.connection) {
        case (.light(let light), _): self.light = light
        case (.listening, _): isListening = true
        case (.listenerClosed, _): isListening = false
        case (.lifecycle(.restarting), _): serverIsLost = false
        case (.commanded(let text), _):
            noteServer(text)
            let words = text.split(separator: " ")
            if words.count == 3, words[0] == "set-farm" {
                farms[String(words[1])] = FarmState(rawValue: String(words[2]))
            }
        case (.opened, let id?):
            acceptedCount += 1
            connections[id] = Connection()
        case (.phase(let phase), let id?):
            connections[id]?.phase = phase
            furthest = furthest.map { max($0, phase) } ?? phase
        case (.message(let message), let id?)
        where message.name == "startApi" && (connections[id]?.phase ?? .ready) < .starting:
            // The phase is logged after the message, and entered before the rules see it.
            connections[id]?.phase = .starting
            connections[id]?.clientID = message["clientId"].flatMap { Int($0) }
        case (.closed(.held), let id?): connections[id]?.isHeld = true
        default: break
        }
    }

    /// Follows the link to the broker, which steps and faults cut and restore.
    private mutating func noteServer(_ words: String) {
        if words.contains("lose-server") { serverIsLost = true }
        if words.contains("restore-server") { serverIsLost = false }
    }

    private mutating func forget(_ event: LogEvent) {
        guard let id = event.connection else { return }
        switch event.kind {
        case .ended: connections[id]?.hasEnded = true
        case .closed(.fin), .closed(.rst), .closed(.released): connections[id] = nil
        default: break
        }
    }

    private func occasion(_ event: LogEvent, of client: String?) -> Occasion? {
        switch event.kind {
        case .listening: .started
        case .opened: .connected
        case .hello: .hello
        case .legacyHello: .strangerCame
        case .malformed(.toGateway, _, _):
            event.connection.flatMap { connections[$0] }?.phase == .connected
                ? .strangerCame : nil
        case .phase(let phase): .phaseEntered(phase)
        case .message(let message): .message(message)
        case .ended(let kind): .ended(kind)
        case .closed(.fin), .closed(.rst):
            event.connection.flatMap { connections[$0] }.flatMap { connection in
                connection.isHeld || connection.hasEnded
                    ? nil : .endedByGateway(event.kind == .closed(.rst) ? .rst : .fin)
            }
        case .light(let light): .lightTurned(light)
        case .commanded(let text) where text.hasPrefix("signal "):
            .signaled(String(text.dropFirst(7)))
        case .clientLine(_, _, let text): client.map { .programDid(client: $0, .said(text)) }
        case .clientEnded(_, .exited(let code)):
            client.map { .programDid(client: $0, .exited(code)) }
        case .clientEnded(_, .signaled): client.map { .programDid(client: $0, .exited(nil)) }
        default: nil
        }
    }

    private func surroundings(of connection: ConnectionID?) -> Surroundings {
        var surroundings = Surroundings(connection: connection, light: light)
        for (id, other) in connections where id != connection {
            if other.isHeld {
                surroundings.held += 1
            } else if !other.hasEnded, connection.map({ id < $0 }) ?? true {
                surroundings.othersOpen += 1
            }
        }
        surroundings.isListening = isListening
        surroundings.serverIsLost = serverIsLost
        surroundings.farms = farms
        let known = connection.flatMap { connections[$0] }
        surroundings.phase = known?.phase
        surroundings.clientID = known?.clientID
        return surroundings
    }
}

/// One rule that has not fired, and the occasion that came nearest.
struct RuleWatch {
    let rule: FaultRule
    /// What came, and how it differed; the fewest differences so far.
    private var nearest: (what: String, misses: [String])?
    /// How often something like that came.
    private var count = 0
    private var isOver = false

    init(_ rule: FaultRule) {
        self.rule = rule
    }

    mutating func take(_ occasion: Occasion, in surroundings: Surroundings, fired: Set<String>) {
        if let until = rule.until, until.matches(occasion, in: surroundings) { isOver = true }
        guard var misses = rule.trigger.misses(occasion, in: surroundings) else { return }
        misses += rule.condition.misses(in: surroundings)
        if let since = rule.since, !fired.contains(since) {
            misses.append("rule \(since) had not fired before")
        }
        if isOver { misses.append("'until' had come true before") }
        let what = occasion.noun
        guard let nearest, nearest.misses.count <= misses.count else {
            let isSame = nearest.map { $0.what == what && $0.misses.count == misses.count } ?? false
            count = isSame ? count + 1 : 1
            nearest = (what, misses)
            return
        }
        if nearest.misses.count == misses.count, nearest.what == what { count += 1 }
    }

    /// The closest near miss, in words.
    func words(in gateway: GatewayWatch) -> String {
        if let wanted = rule.condition.connections, wanted.lowest > gateway.acceptedCount {
            let accepted = gateway.acceptedCount
            return
                "connection \(wanted.lowest) never came: \(accepted) "
                + (accepted == 1 ? "was accepted" : "were accepted")
        }
        guard let nearest else {
            return rule.trigger.happenings.first?
                .absence(furthest: gateway.furthest, lasted: gateway.now - .start)
                ?? "nothing like it came"
        }
        let times = count == 1 ? "once" : "\(count) times"
        let reasons = nearest.misses.isEmpty ? [rule.choice] : nearest.misses
        return "\(nearest.what) came \(times); \(reasons.joined(separator: ", "))"
    }
}

extension FaultRule {
    /// Why an occasion with everything right did not count.
    fileprivate var choice: String {
        let scope =
            switch per {
            case .gateway: ""
            case .connection: " on each connection"
            case .clientID: " for each client id"
            }
        if let nth { return "nth is \(nth)\(scope)" }
        if chance < 1 { return "chance \(chance) did not choose it" }
        if after > .zero { return "the \(after.reportText) after it were not over" }
        return "it did not count"
    }
}
