import GatewayWire
import Simulation

/// Who answers which request: the one table.
extension HealthyGateway {
    mutating func answer(_ request: Request) {
        if settings.readOnly, Self.refusedWhenReadOnly.contains(request.message.name) {
            fail(request, 321, "The API interface is currently in Read-Only mode.")
            return
        }
        let schema = request.message.schema
        guard schema.versions.contains(request.version) else {
            // Some clients send requests their server version does not have.
            refuse(request, "\(schema.name) needs server version \(schema.versions.lowerBound)")
            return
        }
        switch schema.name {
        case "startApi": fail(request, 321, "Error validating request. startApi was already sent")
        // A real gateway changes its log detail and says nothing.
        case "setServerLogLevel": break
        case "reqCurrentTime": reqCurrentTime(request)
        case "reqCurrentTimeInMillis": reqCurrentTimeInMillis(request)
        case "reqIds": sendNextValidID(to: request.connection, clientID: request.clientID)
        case "reqManagedAccts": sendManagedAccounts(to: request.connection)

        case "reqPositions": reqPositions(request)
        case "cancelPositions": clients[request.connection]?.wantsPositions = false
        case "reqPositionsMulti": reqPositionsMulti(request)
        case "cancelPositionsMulti": cancelPositionsMulti(request)
        case "reqAccountUpdates": reqAccountUpdates(request)
        case "reqAccountUpdatesMulti": reqAccountUpdatesMulti(request)
        case "cancelAccountUpdatesMulti": cancelAccountUpdatesMulti(request)
        case "reqAccountSummary": reqAccountSummary(request)
        case "cancelAccountSummary": cancelAccountSummary(request)
        case "reqPnL": reqPnL(request)
        case "reqPnLSingle": reqPnLSingle(request)
        case "cancelPnL", "cancelPnLSingle": cancelProfit(request)

        case "requestFA": requestFA(request)
        case "replaceFA": replaceFA(request)
        case "reqFamilyCodes": reqFamilyCodes(request)
        case "reqSoftDollarTiers": reqSoftDollarTiers(request)
        case "reqUserInfo": reqUserInfo(request)
        case "reqConfig": reqConfig(request)
        case "updateConfig": updateConfig(request)

        case "reqOpenOrders": reqOpenOrders(request)
        case "reqAllOpenOrders": reqAllOpenOrders(request)
        case "reqAutoOpenOrders": reqAutoOpenOrders(request)
        case "reqCompletedOrders": reqCompletedOrders(request)
        case "reqExecutions": reqExecutions(request)
        case "placeOrder": placeOrder(request)
        case "cancelOrder": cancelOrder(request)
        case "reqGlobalCancel": reqGlobalCancel(request)

        default: if !answerAboutMarkets(request) { refuseUnanswered(request) }
        }
    }

    private static let refusedWhenReadOnly: Set = [
        "placeOrder", "cancelOrder", "reqGlobalCancel", "reqOpenOrders", "reqAllOpenOrders",
        "reqAutoOpenOrders", "reqCompletedOrders", "exerciseOptions",
    ]

    /// Names a request the model has no answer to yet.
    ///
    /// Code 322, because it ends a pending request in every client; ib_async takes 321 for a warning
    /// and would wait for ever. The wording is ours.
    private mutating func refuseUnanswered(_ request: Request) {
        let schema = request.message.schema
        refuse(request, "fakegw does not answer \(schema.name) (id \(schema.id)) yet")
    }

    /// Ends a request that was understood but cannot be done.
    mutating func refuse(_ request: Request, _ cause: String) {
        fail(request, 322, "Error processing request.-'fakegw' : cause - \(cause)")
    }

    private mutating func reqCurrentTime(_ request: Request) {
        let seconds = String(clock.seconds(at: request.now))
        send(Message("currentTime", ["time": seconds]), to: request.connection)
    }

    private mutating func reqCurrentTimeInMillis(_ request: Request) {
        let milliseconds = String(clock.milliseconds(at: request.now))
        send(
            Message("currentTimeInMillis", ["timeInMillis": milliseconds]), to: request.connection)
    }
}
