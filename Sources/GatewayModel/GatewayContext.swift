import GatewayWire
import Simulation

/// What every part of the gateway works with: settings, market and clients to read, and two ways to
/// act, sending and scheduling.
///
/// A part gets it with each call. It may read everything here, schedule tasks and send. Nothing
/// else is changed through it, except by the one part that a comment names.
struct GatewayContext: Sendable {
    private(set) var settings: GatewaySettings
    private(set) var market: Market
    /// Changed by `Connections` alone.
    var roster = Roster()
    /// Changed by `Life` alone.
    var broker = BrokerLink()
    var schedule = Schedule()
    private var outbox = Outbox()

    init(settings: GatewaySettings, market: Market) {
        self.settings = settings
        self.market = market
    }

    var limits: ModelLimits { settings.limits }
    var serverIsConnected: Bool { broker.isConnected }

    /// Settings that a client has changed (`updateConfig`).
    mutating func adopt(_ changed: GatewaySettings) { settings = changed }

    /// Lets prices move from now on; called by `HealthyGateway` alone.
    mutating func openMarket(at now: SimInstant) { market.open(at: now) }

    /// Changes prices or the clock; called by `HealthyGateway` alone.
    mutating func changeMarket(_ body: (inout PriceProcess) -> Void) { market.change(body) }
}

/// Sending.
extension GatewayContext {
    mutating func emit(_ effect: HealthyGateway.Effect) { outbox.append(effect) }

    /// Adds to the ticks that leave together.
    mutating func withTicks<Result>(_ body: (inout TickBatch) -> Result) -> Result {
        outbox.withTicks(body)
    }

    /// What is to be carried out after this step; called by `HealthyGateway` alone.
    mutating func takeEffects() -> [HealthyGateway.Effect] { outbox.take() }

    mutating func send(_ message: Message, to connection: ConnectionID) {
        if message.schema.hasEscapes, let version = roster.version(of: connection) {
            outbox.append(.send(connection, message.escaped(at: version)))
        } else {
            outbox.append(.send(connection, message))
        }
    }

    /// What comes from the order server has its time in whole seconds, and so has the notice that
    /// delayed data is shown.
    ///
    /// Recorded at 200 and 225: 201, 202, 399 and 10167 have; errors that the gateway raises itself
    /// carry milliseconds.
    private static let codesInWholeSeconds: Set = [201, 202, 399, 10167]

    mutating func sendError(
        _ code: Int, _ text: String, id: Int = -1, to connection: ConnectionID, at now: SimInstant
    ) {
        send(error(code, text, id: id, at: now), to: connection)
    }

    func error(_ code: Int, _ text: String, id: Int = -1, at now: SimInstant) -> Message {
        let milliseconds = market.clock.milliseconds(at: now)
        let time =
            Self.codesInWholeSeconds.contains(code)
            ? floorDivide(milliseconds, 1000) * 1000 : milliseconds
        return Message(
            "error",
            [
                "reqId": String(id), "errorCode": String(code), "errorString": text,
                "advancedOrderRejectJson": "",
                "errorTime": String(time),
            ])
    }

    /// Sends a notice to every started client.
    mutating func tellEveryone(_ code: Int, _ text: String, at now: SimInstant) {
        for connection in roster.connections { sendError(code, text, to: connection, at: now) }
    }

    /// Answers a request with an error on its own id.
    mutating func fail(_ request: Request, _ code: Int, _ text: String) {
        sendError(code, text, id: request.id, to: request.connection, at: request.now)
    }

    /// Answers a placeOrder with why its order is refused.
    mutating func fail(_ request: Request, _ defect: OrderTerms.Defect) {
        if defect.code == 321 {
            invalidate(request, defect.text)
        } else {
            fail(request, defect.code, defect.text)
        }
    }

    /// Ends a request that was understood but cannot be done.
    mutating func refuse(_ request: Request, _ cause: String) {
        fail(
            request, 322,
            "Error processing request.-'\(errorClass(of: request))' : cause - \(cause)")
    }

    /// Ends a request whose content makes no sense, with code 321.
    mutating func invalidate(_ request: Request, _ cause: String) {
        fail(
            request, 321,
            "Error validating request.-'\(errorClass(of: request))' : cause - \(cause)")
    }

    /// What an error about a request names as the class that found it.
    func errorClass(of request: Request) -> String {
        settings.errorClass ?? ErrorClass.name(for: request.message.schema.name)
    }
}

extension Message {
    /// Replaces what is beyond ASCII in texts that clients un-escape.
    ///
    /// Recorded at 225: a gateway's setting `encodeApiMessages` is `ascii7`. Official clients undo
    /// escapes from 153 on, and read raw bytes as Latin-1 or not at all.
    fileprivate func escaped(at version: Int) -> Message {
        var message = self
        for index in schema.escapedIndexes(at: version) {
            guard case .text(let text) = values[index], !text.utf8.allSatisfy({ $0 < 0x80 }) else {
                continue
            }
            message.values[index] = .text(text.asciiEscaped)
        }
        return message
    }
}

extension String {
    /// With `\u00c4` for what is beyond ASCII; two such escapes beyond `\uffff`.
    var asciiEscaped: String {
        utf16.reduce(into: "") { result, unit in
            if unit < 0x80, let scalar = Unicode.Scalar(unit) {
                result.unicodeScalars.append(scalar)
            } else {
                let digits = String(unit, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }
}
