package import Faults
internal import GatewayModel

extension PathologyCatalogue {
    /// Why these pathologies cannot act together, the first reason found.
    ///
    /// - Parameters:
    ///   - use: The one that comes last.
    ///   - others: Those before it, in the order of the list.
    package func objection(to use: PathologyUse, beside others: [PathologyUse]) -> String? {
        for other in others {
            if other.label == use.label { return Self.repetition(use, other) }
            if excludes(use.name, other.name) || excludes(other.name, use.name) {
                return "'\(use.name)' and '\(other.name)' exclude each other"
            }
            if let front = use.front, let its = other.front, its != front {
                return "'\(use.name)' needs the front '\(front.rawValue)', and "
                    + "'\(other.name)' needs '\(its.rawValue)'"
            }
            for setting in use.settings {
                guard let its = other.settings.first(where: { $0.name == setting.name }),
                    its.text != setting.text
                else { continue }
                return "'\(use.name)' needs the setting '\(setting.name): \(setting.text)', and "
                    + "'\(other.name)' needs '\(its.text)'"
            }
        }
        return nil
    }

    private static func repetition(_ use: PathologyUse, _ other: PathologyUse) -> String {
        use.label == use.name && other.name == use.name
            ? "the pathology '\(use.name)' is used twice"
            : "two pathologies are called '\(use.label)'"
    }

    private func excludes(_ name: String, _ other: String) -> Bool {
        (self[name]?.excludes ?? []).contains { self[$0.name]?.name == other || $0.name == other }
    }
}

extension GatewaySpec {
    /// Puts in the settings that its pathologies need.
    ///
    /// - Parameter given: The names of settings that were given to the gateway itself.
    /// - Returns: Why that cannot be, by setting.
    mutating func applyPathologySettings(given: Set<String>) -> [(setting: String, text: String)] {
        var refusals: [(String, String)] = []
        for use in pathologies {
            for needed in use.settings {
                guard let setting = GatewaySetting.named(needed.name) else { continue }
                let own = setting.text(settings)
                if given.contains(needed.name), own != needed.text {
                    refusals.append(
                        (
                            needed.name,
                            "'\(use.name)' needs the setting '\(needed.name): \(needed.text)', and "
                                + "the gateway has '\(own)'"
                        ))
                } else {
                    _ = setting.set(needed.text, &settings)
                }
            }
        }
        return refusals
    }
}

extension GatewaySpec {
    /// Puts in the front that its pathologies need.
    ///
    /// - Parameter given: The front that was given to the gateway itself.
    /// - Returns: Why that cannot be; `nil` when it is done.
    mutating func applyPathologyFront(given: Front?) -> String? {
        for use in pathologies {
            guard let needed = use.front else { continue }
            if let given, given != needed {
                return "'\(use.name)' needs the front '\(needed.rawValue)', and the gateway has "
                    + "'\(given.rawValue)'"
            }
            front = needed
        }
        return nil
    }
}

extension GatewaySpec {
    /// Adds pathologies that the command line names.
    ///
    /// - Parameters:
    ///   - given: Names of settings that the command line sets.
    /// - Returns: Why that cannot be; `nil` when it is done.
    package mutating func add(
        _ used: [(use: PathologyUse, rules: [FaultRule])], from catalogue: PathologyCatalogue,
        given: Set<String>
    ) -> String? {
        for (use, rules) in used {
            if let objection = catalogue.objection(to: use, beside: pathologies) {
                return objection
            }
            if upstream != nil, use.needsSettings {
                return "'\(use.name)' needs settings, and a gateway in front of another has none"
            }
            pathologies.append(use)
            self.rules += rules
        }
        if let objection = applyPathologyFront(given: front == .none ? nil : front) {
            return objection
        }
        let changed = Set(settings.changed.map(\.setting.name))
        let needed = used.flatMap(\.use.settings)
        let own = changed.filter { name in needed.contains { $0.name == name } }
        return applyPathologySettings(given: given.union(own)).first?.text
    }
}
