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
    let files = scenarios.flatMap(\.gateways).compactMap(\.worldFile)
    let (worlds, mistakes) = worlds(of: files, text: text, limits: limits, read: read)
    guard mistakes.isEmpty else { throw ScenarioError(mistakes) }
    for scenario in scenarios.indices {
        for gateway in scenarios[scenario].gateways.indices {
            guard let file = scenarios[scenario].gateways[gateway].worldFile,
                let world = worlds[file.path]
            else { continue }
            scenarios[scenario].gateways[gateway].world = world
        }
    }
}

/// The mistakes in the worlds that a scenario names, for a scenario that has mistakes itself: so all of
/// them are told at once.
///
/// Names with variables in them are not looked at.
package func mistakesInWorlds(
    namedIn text: String, file: String, limits: WorldLimits = WorldLimits(),
    read: (String) -> FileText
) -> [Diagnostic] {
    let source = SourceText(file: file, text: text)
    guard let root = try? YAMLReader.read(text, source: source, limits: YAMLLimits()) else {
        return []
    }
    var gateways = root.values(of: "gateway")
    for node in root.values(of: "gateways") {
        if case .mapping(let entries) = node.content { gateways += entries.map(\.value) }
    }
    let files = gateways.flatMap { $0.values(of: "world") }.compactMap { node -> WorldFile? in
        guard case .scalar(let path, _) = node.content, !path.isEmpty, !path.contains("${") else {
            return nil
        }
        return WorldFile(path: path, mark: source.mark(node.span))
    }
    return worlds(of: files, text: text, limits: limits, read: read).mistakes
}

/// Every world that could be read, by the path that names it, and what is wrong with the others.
private func worlds(
    of files: [WorldFile], text: String, limits: WorldLimits, read: (String) -> FileText
) -> (worlds: [String: World], mistakes: [Diagnostic]) {
    var worlds: [String: World] = [:]
    var mistakes: [Diagnostic] = []
    var seen: Set<String> = []
    for file in files where seen.insert(file.path).inserted {
        switch read(file.path) {
        case .text(let content, let path):
            do throws(ScenarioError) {
                worlds[file.path] = try loadWorld(text: content, file: path, limits: limits)
            } catch {
                mistakes += error.diagnostics
            }
        case .unreadable(let reason):
            let source = SourceText(file: file.mark.file, text: text)
            let span = SourceSpan(
                line: file.mark.line, column: file.mark.column, length: file.path.count)
            mistakes.append(source.diagnostic(reason, at: span))
        }
    }
    return (worlds, mistakes)
}

extension YAMLNode {
    /// The values that a mapping has for a key; none when it is no mapping.
    func values(of key: String) -> [YAMLNode] {
        guard case .mapping(let entries) = content else { return [] }
        return entries.filter { $0.key == key }.map(\.value)
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
