/// One of the data services a gateway is connected to, as its notices name it.
package struct Farm: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case marketData = "market-data"
        case history, definitions
    }

    package let name: String
    package let kind: Kind
    /// Its state when the gateway starts, and starts again.
    package let firstState: FarmState

    package init(name: String, kind: Kind, firstState: FarmState = .ok) {
        self.name = name
        self.kind = kind
        self.firstState = firstState
    }

    /// Names that recordings show; which of them a login has differs.
    package static let standard = [
        Farm(name: "usopt", kind: .marketData), Farm(name: "usfuture", kind: .marketData),
        Farm(name: "cashfarm", kind: .marketData), Farm(name: "usfarm", kind: .marketData),
        Farm(name: "ushmds", kind: .history), Farm(name: "secdefnj", kind: .definitions),
    ]
}

package enum FarmState: String, Hashable, Sendable, CaseIterable {
    case ok, broken
    /// Not connected, and connected on demand.
    case idle
    case connecting
}

extension Farm {
    /// The farms a request needs; `nil` for one that needs none.
    static func kind(neededBy request: String) -> Kind? { kindByRequest[request] }

    private static let kindByRequest: [String: Kind] = [
        "reqMktData": .marketData, "reqTickByTickData": .marketData, "reqMktDepth": .marketData,
        "reqRealTimeBars": .marketData, "calculateImpliedVolatility": .marketData,
        "calculateOptionPrice": .marketData, "reqHistoricalData": .history,
        "reqHeadTimeStamp": .history, "reqHistogramData": .history, "reqHistoricalTicks": .history,
    ]

    /// Whether it has the data of a kind of contract, by the farm's name (inferred).
    func serves(_ secType: String) -> Bool {
        guard kind == .marketData else { return true }
        let special = [
            ("opt", ["OPT", "FOP"]), ("fut", ["FUT"]), ("cash", ["CASH"]), ("bond", ["BOND"]),
        ]
        for (part, kinds) in special where name.contains(part) { return kinds.contains(secType) }
        return true
    }

    /// What clients are told about a state; definition farms have no idle state (assumed).
    func notice(_ state: FarmState) -> (code: Int, text: String) {
        switch (kind, state) {
        case (.marketData, .ok): (2104, "Market data farm connection is OK:\(name)")
        case (.marketData, .broken): (2103, "Market data farm connection is broken:\(name)")
        case (.marketData, .idle):
            (
                2108,
                "Market data farm connection is inactive but should be available upon demand.\(name)"
            )
        case (.history, .ok): (2106, "HMDS data farm connection is OK:\(name)")
        case (.history, .broken): (2105, "HMDS data farm connection is broken:\(name)")
        case (.history, .idle):
            (
                2107,
                "HMDS data farm connection is inactive but should be available upon demand.\(name)"
            )
        case (.definitions, .ok), (.definitions, .idle):
            (2158, "Sec-def data farm connection is OK:\(name)")
        case (.definitions, .broken): (2157, "Sec-def data farm connection is broken:\(name)")
        case (.marketData, .connecting), (.history, .connecting), (.definitions, .connecting):
            (2119, "Market data farm is connecting:\(name)")
        }
    }
}
