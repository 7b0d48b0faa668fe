/// The names a scenario has given so far, for checking the places that use them.
struct ScenarioNames {
    var gateways: [String] = []
    /// Rule names by gateway.
    var rules: [String: [String]] = [:]
    /// Farm names by gateway.
    var farms: [String: [String]] = [:]
    var clients: [String] = []
    /// The names of programs that steps have started, and how often each was started.
    var begun: [String: Int] = [:]
    /// Of these, the ones started in the background.
    var background: Set<String> = []
    /// Signals that are triggers of rules, by gateway.
    var signals: [String: [String]] = [:]
}

extension Reading {
    /// Checks a gateway's name.
    @discardableResult
    mutating func checkGateway(_ name: String, at span: SourceSpan) -> Bool {
        if names.gateways.contains(name) { return true }
        reportUnknown(
            "no gateway '\(name)'", name, among: names.gateways, called: "Gateways", at: span)
        return false
    }

    mutating func gatewayName(_ node: YAMLNode?) -> String? {
        guard let scalar = scalar(node, "a gateway's name") else { return nil }
        return checkGateway(scalar.text, at: scalar.span) ? scalar.text : nil
    }

    /// The gateway named, or the only one there is.
    mutating func gatewayNameOrOnly(_ node: YAMLNode?, at span: SourceSpan) -> String? {
        if let node { return gatewayName(node) }
        if names.gateways.count == 1 { return names.gateways[0] }
        report(
            "which gateway?", at: span,
            hint: "say 'gateway:' with one of \(names.gateways.joined(separator: ", "))")
        return nil
    }

    /// A program that `clients` describes.
    mutating func clientName(_ node: YAMLNode?) -> String? {
        guard let scalar = scalar(node, "a client's name") else { return nil }
        if names.clients.contains(scalar.text) { return scalar.text }
        reportUnknown(
            "no client '\(scalar.text)'", scalar.text, among: names.clients, called: "Clients",
            at: scalar.span)
        return nil
    }

    /// A run of a program that an earlier step has started: `name`, or `name#2` for its second run.
    mutating func begunName(_ node: YAMLNode?) -> String? {
        guard let scalar = scalar(node, "a client's name") else { return nil }
        let parts = scalar.text.split(separator: "#", omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let times = names.begun[name] else {
            if names.clients.contains(name) {
                report(
                    "no earlier step has started '\(name)'", at: scalar.span,
                    hint: "'- run: \(name)' waits for its end, '- start: \(name)' goes on")
            } else {
                reportUnknown(
                    "no client '\(name)'", name,
                    among: Set(names.clients + names.begun.keys).sorted(), called: "Clients",
                    at: scalar.span)
            }
            return nil
        }
        if parts.count == 1 { return name }
        guard parts.count == 2, let number = Int(parts[1]), (1...times).contains(number) else {
            report(
                "no run '\(scalar.text)': the steps begin '\(name)' \(Self.times(times))",
                at: scalar.span)
            return nil
        }
        return "\(name)#\(number)"
    }

    /// A program running in the background, so that it can be fed, stopped or waited for.
    mutating func backgroundName(_ node: YAMLNode?) -> String? {
        guard let node, let name = begunName(node) else { return nil }
        let plain = name.split(separator: "#").first.map(String.init) ?? name
        if names.background.contains(plain) { return name }
        report(
            "'\(name)' has ended already: 'run' waits for a program's end", at: node.span,
            hint: "use '- start: \(plain)' to go on while it runs")
        return nil
    }

    mutating func noteBegun(_ name: String, inBackground: Bool) {
        names.begun[name, default: 0] += 1
        if inBackground {
            names.background.insert(name)
        } else {
            names.background.remove(name)
        }
    }

    private static func times(_ count: Int) -> String {
        count == 1 ? "once" : "\(count) times"
    }
}
