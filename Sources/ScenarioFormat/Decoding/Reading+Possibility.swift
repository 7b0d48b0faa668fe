internal import EventLog
internal import Faults
internal import GatewayWire

/// Refuses rules that can never fire, where that can be known.
extension Reading {
    /// A happening that names a program or another rule, with what the scenario knows of it.
    mutating func resolved(_ happening: Happening, at span: SourceSpan) -> Happening? {
        switch happening {
        case .fired(let name, _):
            let node = YAMLNode(.scalar(name, isPlain: true), at: span)
            guard let rule = earlierRule(node, "fired") else { return nil }
            return .fired(
                rule: rule.name, onConnection: rule.trigger.occasions.allSatisfy(\.hasConnection))
        case .client(let name, _, _):
            mentionedClients.append((name, span))
            return happening
        case .ownEnd(let kinds):
            for kind in kinds where !TriggerWord.ownEndings.contains(kind) {
                report(
                    "the gateway does not end a connection by '\(kind.rawValue)'", at: span,
                    hint: "kinds: fin, rst")
                return nil
            }
            return happening
        case .time(let mark) where mark.time < .milliseconds(1):
            report("the time is at least 1ms", at: span)
            return nil
        // The others name nothing that only the scenario knows.
        default: return happening
        }
    }

    /// Checks the client programs that triggers name.
    mutating func checkMentionedClients() {
        for (name, span) in mentionedClients where !names.clients.contains(name) {
            reportUnknown(
                "no client '\(name)'", name, among: names.clients, called: "Clients", at: span)
        }
    }

    /// A rule that is over before it can fire.
    mutating func checkEnd(_ fields: Fields, of rule: FaultRule) {
        guard let until = rule.until, let node = fields["until"] else { return }
        if until == rule.trigger {
            report(
                "the rule is over before it fires: 'until' and 'when' come true together",
                at: node.span)
        } else if until == .start {
            report("the rule is over at once: the gateway's start comes first", at: node.span)
        } else if until == .connect, rule.trigger.occasions.allSatisfy(\.hasConnection) {
            report("the rule is over at once: every connection begins so", at: node.span)
        }
    }

    /// A rule whose messages the gateway's server versions do not have.
    mutating func checkVersions(of rule: FaultRule?, newest: Int, at span: SourceSpan) {
        for case .message(let wanted) in rule?.trigger.happenings ?? [] where !wanted.types.isEmpty
        {
            let schemas = wanted.types.compactMap {
                ProtocolSchema.message(named: $0, wanted.direction)
            }
            guard let first = schemas.min(by: { $0.versions.lowerBound < $1.versions.lowerBound }),
                first.versions.lowerBound > newest
            else { continue }
            report(
                "message '\(first.name)' exists from server version \(first.versions.lowerBound), and "
                    + "this gateway speaks \(newest) at most", at: span,
                hint: "set 'server-version' to \(first.versions.lowerBound) or more")
        }
    }

    /// A condition that does not hold at any occasion of the trigger.
    mutating func checkPossibility(_ fields: Fields, of rule: FaultRule) {
        let place = rule.trigger.happenings.first?.keyword ?? ""
        if let possible = rule.trigger.phases, !rule.condition.phases.isEmpty,
            possible.isDisjoint(with: rule.condition.phases), let node = fields["phase"]
        {
            let names = ConnectionPhase.allCases.filter(possible.contains).map(\.rawValue)
            report(
                "'\(place)' never comes in this phase", at: node.span,
                hint: "it comes in: \(names.joined(separator: ", "))")
        }
        guard let possible = rule.trigger.phases, possible.allSatisfy({ $0 < .starting }) else {
            return
        }
        if rule.condition.clientID != nil, let node = fields["client-id"] {
            report(
                "no client id is known at '\(place)': the client tells it in startApi",
                at: node.span)
        }
        if rule.per == .clientID, let node = fields["per"] {
            report(
                "no client id is known at '\(place)': the client tells it in startApi",
                at: node.span, hint: "count by 'connection'")
        }
    }
}

extension Trigger {
    /// The phases of the connection in which it can be true; `nil` means any.
    var phases: Set<ConnectionPhase>? {
        switch self {
        case .happening(let happening): return happening.phases
        case .condition(let condition):
            return condition.phases.isEmpty ? nil : Set(condition.phases)
        case .not: return nil
        case .all(let parts):
            return parts.compactMap(\.phases).reduce(nil) { known, next in
                known.map { $0.intersection(next) } ?? next
            }
        case .any(let parts):
            let known = parts.map(\.phases)
            if known.contains(where: { $0 == nil }) { return nil }
            return known.compactMap(\.self).reduce([]) { $0.union($1) }
        }
    }

    /// Why the parts of an `all` in it exclude one another; `nil` when they do not.
    var contradiction: String? {
        switch self {
        case .happening, .condition: return nil
        case .not(let part): return part.contradiction
        case .any(let parts):
            // One part that can come true is enough.
            let reasons = parts.map(\.contradiction)
            return reasons.allSatisfy { $0 != nil } ? reasons.first ?? nil : nil
        case .all(let parts):
            if let reason = parts.lazy.compactMap(\.contradiction).first { return reason }
            if let phases, phases.isEmpty { return "no phase of a connection suits all its parts" }
            var happenings: [Happening] = []
            for case .happening(let next) in parts {
                for earlier in happenings where earlier.excludes(next) {
                    return "two different moments of '\(next.keyword)' never come at the same time"
                }
                happenings.append(next)
            }
            return nil
        }
    }
}
