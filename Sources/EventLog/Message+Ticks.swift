package import GatewayWire

extension Message {
    /// It comes in streams that drown everything else.
    package var isTick: Bool { Self.ticks.contains(name) }

    private static let ticks: Set<String> = [
        "tickPrice", "tickSize", "tickOptionComputation", "tickGeneric", "tickString", "tickEFP",
        "tickByTick", "realtimeBar", "updateMktDepth", "updateMktDepthL2",
    ]
}
