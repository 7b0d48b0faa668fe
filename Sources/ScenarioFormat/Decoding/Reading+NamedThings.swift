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
                .resumeAccepting, .releaseSockets, .freeze, .kick, .addRule, .clientDiesUnread,
                .notify, .programDid:
                break
            }
        }
    }

    /// The action with the whole name of the rule that it names.
    ///
    /// In a pathology it is a rule of the same pathology, as with 'since'. It may stand later.
    mutating func withWholeRuleName(_ action: FaultAction, at span: SourceSpan) -> FaultAction {
        guard !rulePrefix.isEmpty else { return action }
        switch action {
        case .gateway(.enableRule(let name, let isEnabled)):
            return .gateway(.enableRule(wholeRuleName(name, at: span), isEnabled))
        case .gateway(.removeRule(let name)):
            return .gateway(.removeRule(wholeRuleName(name, at: span)))
        default: return action
        }
    }

    private mutating func wholeRuleName(_ name: String, at span: SourceSpan) -> String {
        let whole = name.hasPrefix(rulePrefix) ? name : rulePrefix + name
        mentionedRules.append((whole, span))
        return whole
    }

    /// Checks what `withWholeRuleName` has noted, once every rule of the pathology is known.
    mutating func checkMentionedRules(among rules: [FaultRule]) {
        let names = rules.map(\.name)
        for (name, span) in mentionedRules where !names.contains(name) {
            let short = names.map { String($0.dropFirst(rulePrefix.count)) }
            let own = String(name.dropFirst(rulePrefix.count))
            reportUnknown(
                "no rule of the pathology is '\(own)'", own, among: short, called: "Rules", at: span
            )
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
