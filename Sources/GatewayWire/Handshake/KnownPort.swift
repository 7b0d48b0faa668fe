/// The ports on which IB's programs listen unless their user chose another.
package enum KnownPort: UInt16, Hashable, Sendable, CaseIterable {
    case gatewayLive = 4001
    case gatewayPaper = 4002
    case twsLive = 7496
    case twsPaper = 7497

    /// Whether the port is one of them.
    package static func contains(_ port: UInt16) -> Bool { KnownPort(rawValue: port) != nil }

    /// `4001 Gateway live, 4002 paper; 7496 TWS live, 7497 paper`.
    package static var meaning: String {
        "\(gatewayLive) Gateway live, \(gatewayPaper) paper; \(twsLive) TWS live, \(twsPaper) paper"
    }

    /// All of them in a sentence, the last one after `conjunction`: `4001, 4002, 7496 and 7497`.
    package static func listed(with conjunction: String) -> String {
        let texts = allCases.map(\.description)
        return texts.dropLast().joined(separator: ", ") + " \(conjunction) "
            + (texts.last ?? "")
    }
}

extension KnownPort: CustomStringConvertible {
    package var description: String { String(rawValue) }
}
