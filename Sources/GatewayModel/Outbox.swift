import GatewayWire

/// What leaves the gateway in one step, in order.
struct Outbox: Sendable {
    private var effects: [HealthyGateway.Effect] = []
    /// Ticks that follow the last effect.
    private var ticks = TickBatch()
    /// How many ticks the last batch had; the next one probably has as many.
    private var usualBatch = (parts: 0, ticks: 0)

    mutating func append(_ effect: HealthyGateway.Effect) {
        closeBatch()
        effects.append(effect)
    }

    /// Adds to the ticks that leave together.
    mutating func withTicks<Result>(_ body: (inout TickBatch) -> Result) -> Result {
        if ticks.isEmpty { ticks.reserve(usualBatch) }
        return body(&ticks)
    }

    /// Takes everything out.
    mutating func take() -> [HealthyGateway.Effect] {
        closeBatch()
        defer { effects = [] }
        return effects
    }

    private mutating func closeBatch() {
        guard !ticks.isEmpty else { return }
        usualBatch = ticks.size
        effects.append(.ticks(ticks))
        ticks = TickBatch()
    }
}
