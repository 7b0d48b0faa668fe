internal import Faults

/// Checks what actions name: rules, signals and farms of their own gateway.
extension Reading {
    mutating func checkNames(in rule: FaultRule, of gateway: String, at span: SourceSpan) {
        for action in rule.actions {
            guard case .gateway(let command) = action else { continue }
            switch command {
            case .enableRule(let name, _), .removeRule(let name):
                check(
                    name, among: names.rules[gateway] ?? [], "no fault of gateway '\(gateway)' is",
                    called: "Faults", at: span)
            case .signal(let name):
                check(
                    name, among: names.signals[gateway] ?? [],
                    "no fault of gateway '\(gateway)' waits for the signal", called: "Signals",
                    at: span)
            case .setFarm(let name, _):
                check(
                    name, among: names.farms[gateway] ?? [], "no farm of gateway '\(gateway)' is",
                    called: "Farms", at: span)
            case .restart, .turnLight, .loseServer, .restoreServer, .interruptServer, .changePort,
                .authenticate, .closeListener, .openListener, .stopAccepting, .dropConnections,
                .resumeAccepting, .releaseSockets, .freeze, .kick, .addRule, .act,
                .clientDiesUnread, .notify, .programDid, .end, .makeWell, .adopt, .world:
                break
            }
        }
    }

    private mutating func check(
        _ name: String, among known: [String], _ problem: String, called plural: String,
        at span: SourceSpan
    ) {
        guard !known.contains(name) else { return }
        reportUnknown("\(problem) '\(name)'", name, among: known, called: plural, at: span)
    }
}
