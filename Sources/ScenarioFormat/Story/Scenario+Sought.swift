package import EventLog

extension Scenario {
    /// What steps and expectations look for in the output of programs.
    package var sought: SoughtOutput {
        var sought = SoughtOutput()
        for step in steps {
            if case .waitForOutput(_, let text) = step.action { sought.texts.insert(text) }
        }
        for expectation in everyExpectation { expectation.add(to: &sought) }
        return sought
    }

    /// Those of steps and waits too.
    package var everyExpectation: [Expectation] {
        expectations
            + steps.flatMap { step in
                if case .waitFor(let wanted) = step.action {
                    return step.expectations + [wanted]
                }
                return step.expectations
            }
    }

    /// Gateways whose socket table has to be looked at all the time.
    package var followedGateways: Set<String> {
        var names: Set<String> = []
        for case .socketPaths(let expectation) in everyExpectation {
            if case .endedFirst = expectation.claim { continue }
            names.insert(expectation.gateway)
        }
        return names
    }

    /// What has to be known of a client program's runs, besides their output and end.
    package func clientWatch(of client: String) -> ClientWatch {
        var watch = ClientWatch()
        for case .client(let expectation) in everyExpectation {
            // A run may have a name of its own.
            let name = expectation.client.split(separator: "#").first.map(String.init) ?? ""
            let isOwn = clientName(ofRun: name) == client
            for claim in expectation.claims where isOwn { watch.add(claim) }
        }
        return watch
    }

    /// The program that steps start under this name.
    private func clientName(ofRun name: String) -> String {
        for step in steps {
            if case .start(let client, name, _) = step.action { return client }
        }
        return name
    }
}

/// What a runner has to look at while a client program runs, and at its end.
package struct ClientWatch: Hashable, Sendable {
    package var countsDescriptors = false
    /// Sockets of connections that have ended are told from others.
    package var countsEndedSockets = false
    package var looksForChildren = false
    /// Lines that hold one of these texts are moments at which descriptors are counted.
    package var marks: Set<String> = []

    package init() {}

    fileprivate mutating func add(_ claim: ClientClaim) {
        switch claim {
        case .descriptors: countsDescriptors = true
        case .descriptorGrowth(let mark, _):
            countsDescriptors = true
            marks.insert(mark)
        case .endedSockets:
            countsDescriptors = true
            countsEndedSockets = true
        case .childrenLeft: looksForChildren = true
        case .exit, .signaled, .running, .within, .says: break
        }
    }
}

extension Expectation {
    fileprivate func add(to sought: inout SoughtOutput) {
        guard case .client(let expectation) = self else { return }
        for claim in expectation.claims {
            switch claim {
            case .says(_, let text):
                sought.texts.formUnion(text.contains + text.lacks)
                if !text.inOrder.isEmpty { sought.orders.insert(text.inOrder) }
            case .descriptorGrowth(let mark, _): sought.marks.insert(mark)
            case .exit, .signaled, .running, .within, .descriptors, .endedSockets, .childrenLeft:
                break
            }
        }
    }
}
