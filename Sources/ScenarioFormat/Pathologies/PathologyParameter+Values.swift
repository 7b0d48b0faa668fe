internal import Faults
internal import GatewayWire
internal import Simulation

extension PathologyParameter {
    /// The value for the rules that a text stands for.
    ///
    /// It is `nil` when the parameter does not accept it.
    func value(_ text: String) -> VariableValue? {
        if words.contains(text) { return .scalar(text, isPlain: true) }
        switch kind {
        case .integer(let range):
            guard let number = Int(text), range.contains(number) else { return nil }
        case .range:
            guard CountRange(text) != nil else { return nil }
        case .number(let range):
            guard text.allSatisfy({ "0123456789.-".contains($0) }), let number = Double(text),
                range.contains(number)
            else { return nil }
        case .duration(let range):
            guard let duration = Duration(scenarioText: text), range.contains(duration) else {
                return nil
            }
        case .text: break
        case .list:
            return .list(
                text.split(separator: "+", omittingEmptySubsequences: false).map(String.init))
        case .boolean:
            guard Bool(text) != nil else { return nil }
        case .choice(let choices):
            guard choices.contains(text) else { return nil }
        case .messages(let toClient):
            let names = text.split(separator: "+", omittingEmptySubsequences: false).map(
                String.init)
            let direction: Direction = toClient ? .toClient : .toGateway
            for name in names where ProtocolSchema.message(named: name, direction) == nil {
                return nil
            }
            return .list(names)
        }
        return .scalar(text, isPlain: true)
    }

    /// The hint for a text that the parameter does not accept.
    func hint(for text: String) -> String {
        switch kind {
        case .choice(let choices):
            let near = Suggestion.nearest(to: text, among: choices + words)
            return near.map { "did you mean '\($0)'? It accepts \(accepts)" }
                ?? "it accepts \(accepts)"
        case .messages(let toClient):
            let direction: Direction = toClient ? .toClient : .toGateway
            let names = ProtocolSchema.messages.filter { $0.direction == direction }.map(\.name)
            let unknown = text.split(separator: "+").map(String.init).first { !names.contains($0) }
            let near = unknown.flatMap { Suggestion.nearest(to: $0, among: names) }
            return near.map { "did you mean '\($0)'? It accepts \(accepts)" }
                ?? "it accepts \(accepts)"
        case .integer, .number, .range, .duration, .text, .boolean, .list:
            return "it accepts \(accepts)"
        }
    }
}
