import GatewayWire
import Simulation

extension OrderBook {
    /// Takes over a world's orders and executions, as if their clients had placed them.
    ///
    /// Those on contracts the world does not have are left out.
    mutating func load(_ world: World, market: Market) {
        let clock = market.clock
        let contracts = market.contracts
        let epochSeconds = clock.seconds(at: .start)
        for order in world.openOrders {
            guard var order = Order(order, contracts: contracts) else { continue }
            order.noteAutoCancel(at: .start, clock)
            add(order)
        }
        var commissions: [Int64: Double] = [:]
        for execution in world.executions {
            commissions[execution.permID, default: 0] += execution.commission.double
        }
        for done in world.completedOrders {
            guard var order = Order(done.order, contracts: contracts) else { continue }
            order.status = done.averagePrice == nil ? .cancelled : .filled
            order.filled = done.averagePrice == nil ? 0 : order.quantity
            order.averagePrice = done.averagePrice ?? 0
            order.lastPrice = order.averagePrice
            if order.status == .filled {
                // Recorded at 204: every filled order has one.
                order.commission =
                    commissions[order.permID]
                    ?? market.commission(of: order.contract, quantity: order.quantity).double
            }
            order.completedSeconds = epochSeconds + done.completedSeconds
            order.noteAutoCancel(at: .start, clock)
            // Recorded at 200 and 225: what was attached to another order is cancelled with it.
            let cancelled =
                order.parentPermID == 0 ? "Cancelled by Trader" : "Cancelled by System"
            order.completedStatus =
                order.status == .filled ? "Filled Size: \(order.filled)" : cancelled
            add(order)
            complete(order, keeping: .max)
        }
        for execution in world.executions {
            guard let contract = contracts[execution.conID] else { continue }
            record(
                Fill(
                    execution: execution, contract: contract,
                    seconds: epochSeconds + execution.seconds),
                keeping: .max)
        }
    }
}

extension World.Order {
    /// Why a gateway would refuse it; `nil` when it would not.
    package func defect(on contract: Contract) -> String? {
        do throws(OrderTerms.Defect) {
            let request = request(contract)
            _ = try TimeInForce(request, terms: try OrderTerms(request, contract: contract))
            return nil
        } catch {
            return error.text
        }
    }

    /// The request that placed it.
    fileprivate func request(_ contract: Contract) -> Request {
        var fields = Message("placeOrder", direction: .toGateway)
        contract.describe(in: &fields)
        fields["order.action"] = action
        fields["order.totalQuantity"] = quantity.description
        fields["order.orderType"] = type
        fields["order.lmtPrice"] = limitPrice?.description
        fields["order.auxPrice"] = stopPrice?.description
        fields["order.tif"] = timeInForce
        fields["order.account"] = account
        fields["order.transmit"] = "1"
        if tradesOutsideHours { fields["order.outsideRth"] = "1" }
        // Recorded: the group of orders with one parent is the parent's permanent id.
        if parentPermID != 0 { fields["order.ocaGroup"] = String(parentPermID) }
        return Request(
            connection: ConnectionID(0), clientID: clientID, version: 200, message: fields,
            now: .start)
    }
}

extension Order {
    /// An order of the world; `nil` when its contract is missing.
    fileprivate init?(_ order: World.Order, contracts: ContractBook) {
        guard let contract = contracts[order.conID] else { return nil }
        let request = order.request(contract)
        // An order that a gateway would refuse becomes a market order for the close.
        let terms = (try? OrderTerms(request, contract: contract)) ?? OrderTerms(trigger: .close)
        self.init(
            permID: order.permID, clientID: order.clientID, orderID: order.orderID,
            account: order.account, contract: contract, isBuy: order.action == "BUY",
            fields: request.message, quantity: order.quantity, terms: terms)
        timeInForce = (try? TimeInForce(request, terms: terms)) ?? .day
        parentPermID = order.parentPermID
        isTriggered = terms.trigger == .none
        status = isTriggered ? .submitted : .preSubmitted
        echoes = 1
        isWorking = isTriggered
    }
}
