package import EventLog
package import GatewayModel
import Simulation

/// A world file as a scenario names it.
package struct WorldFile: Sendable {
    /// Resolved against the scenario's folder.
    package let path: String
    package let mark: SourceMark
}

/// What came of reading a file.
package enum FileText: Sendable {
    case text(String, path: String)
    case unreadable(String)
}

/// Puts the worlds that gateways name into them; each file is read once.
///
/// - Parameters:
///   - text: The scenarios' own text, for messages.
///   - read: Given the path as the scenario has it.
package func readWorlds(
    of scenarios: inout [Scenario], text: String, limits: WorldLimits = WorldLimits(),
    read: (String) -> FileText
) throws(ScenarioError) {
    var worlds: [String: World] = [:]
    for scenario in scenarios.indices {
        for gateway in scenarios[scenario].gateways.indices {
            guard let file = scenarios[scenario].gateways[gateway].worldFile else { continue }
            if worlds[file.path] == nil {
                switch read(file.path) {
                case .text(let content, let path):
                    worlds[file.path] = try loadWorld(text: content, file: path, limits: limits)
                case .unreadable(let reason):
                    let source = SourceText(file: file.mark.file, text: text)
                    let span = SourceSpan(
                        line: file.mark.line, column: file.mark.column,
                        length: file.path.count)
                    throw ScenarioError([source.diagnostic(reason, at: span)])
                }
            }
            if let world = worlds[file.path] {
                scenarios[scenario].gateways[gateway].world = world
            }
        }
    }
}

extension World {
    /// What it holds, in a line.
    package var summary: String {
        let listed = chains.count + futures.count
        return "world \(name): "
            + [
                counted(accounts.count, "account"),
                counted(accounts.reduce(0) { $0 + $1.positions.count }, "position"),
                counted(contracts.count, "contract") + (listed > 0 ? " and \(listed) series" : ""),
                counted(openOrders.count, "open order"),
            ].joined(separator: ", ")
    }
}
