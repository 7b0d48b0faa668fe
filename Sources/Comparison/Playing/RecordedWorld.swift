package import GatewayModel
internal import GatewayWire
package import ScenarioFormat
internal import Simulation

/// The world and the settings that a recording was made in, as far as it tells.
///
/// A recording's account, its entitlements and the time of day are not the default world's. What
/// the recorded messages say about them is taken from there: the account's name and base currency,
/// the hour, the farms, what market data the login may see, what it holds, and the prices. The rest
/// is said in the tolerance file.
package struct RecordedWorld: Sendable {
    package private(set) var world: World
    package private(set) var settings: GatewaySettings
    private var clientID: Int
    /// The client's id on each connection.
    package private(set) var clientIDs: [Int] = []
    /// What could not be derived, in sentences.
    package private(set) var notes: [String] = []

    /// - Parameter details: What the tolerance file says of the recording.
    package init(_ recording: Recording, details: [RecordingDetails]) {
        world = .default
        settings = GatewaySettings()
        clientID = 1
        let turns = recording.legs.flatMap(\.turns)
        let answers = turns.filter { !$0.isRequest }.map(\.message)
        let requests = turns.filter(\.isRequest).map(\.message)
        setClock(recording, answers)
        setClient(requests, answers)
        setFarms(answers)
        setDataRights(answers)
        settings.newestVersion = recording.legs.map(\.serverVersion).max() ?? 200
        settings.marketWaits = false
        set("markets-keep-hours", "true")
        set("messages-per-second", "unlimited")
        set("ids-come-first", Self.idsComeFirst(answers) ? "true" : "false")
        setParts(answers)
        setAccounts(answers)
        setOrders(recording, requests, answers)
        setContracts(answers)
        setTimeForm(answers)
        setPositions(answers)
        setClosedPositions(answers)
        setCompletedOrders(answers)
        setPrices(requests, answers)
        for detail in details {
            if let id = detail.clientID { clientID = id }
            for (name, value) in detail.settings { set(name, value, isDemanded: true) }
        }
        clientIDs = recording.legs.map { _ in clientID }
        // Ids are counted for each client: a lower one is another client's.
        for leg in recording.legs.indices.dropFirst()
        where recording.legs[leg].nextOrderID < recording.legs[leg - 1].nextOrderID {
            clientIDs[leg] = clientID == 0 ? 1 : 0
        }
    }

    // Helpers, in the order they are called.

    /// A gateway without the setting, or without the value, is compared as it is.
    private mutating func set(_ name: String, _ value: String, isDemanded: Bool = false) {
        guard let setting = GatewaySetting.named(name), setting.set(value, &settings) else {
            if isDemanded { notes.append("the gateway has no setting \(name): \(value)") }
            return
        }
    }

    /// Gateway time begins a little after a whole second, so that whole seconds are told from
    /// truncated ones.
    private mutating func setClock(_ recording: Recording, _ answers: [Message]) {
        guard let first = recording.legs.first else { return }
        let time = ConnectionTime(first.connectionTime)
        set("time-zone", Self.zoneOfOrders(answers) ?? time.zoneName)
        let told = answers.lazy.compactMap { message -> Int64? in
            guard message.name == "error", let text = message["errorTime"] else { return nil }
            return Int64(text).flatMap { $0 > 1_000_000_000_000 ? $0 * 1_000_000 : nil }
        }.first
        guard let start = first.startedAt ?? time.nanoseconds ?? told else {
            notes.append("the moment of '\(first.connectionTime)' is not known")
            return
        }
        settings.epoch = start / 1_000_000_000 * 1_000_000_000 + 137_000_000
    }

    /// The gateway's own zone as its frames name it; whoever wrote the handshake down may have
    /// shortened it there.
    private static func zoneOfOrders(_ answers: [Message]) -> String? {
        for message in answers where ["openOrder", "completedOrder"].contains(message.name) {
            let words = (message["order.autoCancelDate"] ?? "").split(separator: " ", maxSplits: 2)
            if words.count == 3 { return String(words[2]) }
        }
        return nil
    }

    /// Whose clocks executions are dated by is a setting of the gateway.
    private mutating func setTimeForm(_ answers: [Message]) {
        for message in answers where message.name == "execDetails" {
            let time = ValueForm.ofDates(message["execution.time"] ?? "")
            if time == "99999999-99:99:99" { set("send-instrument-timezone", "utc") }
        }
    }

    private mutating func setClient(_ requests: [Message], _ answers: [Message]) {
        if let id = requests.lazy.compactMap({ Int($0["clientId"] ?? "") }).first,
            requests.contains(where: { $0.name == "startApi" })
        {
            clientID = id
            return
        }
        let placed = Set(requests.filter { $0.name == "placeOrder" }.compactMap { $0["orderId"] })
        for message in answers where message.name == "orderStatus" {
            if let id = message["orderId"], placed.contains(id),
                let client = message["clientId"].flatMap({ Int($0) })
            {
                clientID = client
                return
            }
        }
    }

    private static let farmStates: [Int: (kind: String, suffix: String)] = [
        2103: ("market-data", ":broken"), 2104: ("market-data", ""),
        2108: ("market-data", ":idle"), 2105: ("history", ":broken"), 2106: ("history", ""),
        2107: ("history", ":idle"), 2158: ("definitions", ""),
    ]

    /// 2104, 2106 and 2158 name the farms that a login has.
    private mutating func setFarms(_ answers: [Message]) {
        var farms: [String] = []
        var names: Set<String> = []
        for message in answers {
            guard message.name == "error", message["reqId"] == "-1",
                let code = message["errorCode"].flatMap({ Int($0) }),
                let text = message["errorString"]
            else { continue }
            let name = text.split { $0 == ":" || $0 == "." }.last.map(String.init) ?? ""
            guard let state = Self.farmStates[code], names.insert(name).inserted else { continue }
            farms.append("\(state.kind):\(name)\(state.suffix)")
        }
        if !farms.isEmpty { set("farms", farms.joined(separator: "+")) }
    }

    private static let refusals: Set<String> = [
        "354", "420", "2186", "2188", "10089", "10090", "10091", "10092", "10167", "10168", "10186",
        "10187", "10189",
    ]

    private mutating func setDataRights(_ answers: [Message]) {
        let isDelayed = answers.contains { message in
            message.name == "error" && Self.refusals.contains(message["errorCode"] ?? "")
                || message.name == "marketDataType"
                    && ["3", "4"].contains(message["marketDataType"])
        }
        if isDelayed { set("market-data", "delayed-only") }
    }

    private static func idsComeFirst(_ answers: [Message]) -> Bool {
        let ids = answers.firstIndex { $0.name == "nextValidId" }
        let accounts = answers.firstIndex { $0.name == "managedAccounts" }
        guard let ids, let accounts else { return false }
        return ids < accounts
    }

    /// An order that came in several executions is filled in as many here.
    private mutating func setParts(_ answers: [Message]) {
        var counts: [String: Int] = [:]
        for message in answers where message.name == "execDetails" && message["reqId"] == "-1" {
            counts[message["execution.orderId"] ?? "", default: 0] += 1
        }
        if let most = counts.values.max() { set("partial-fills", "\(most)") }
    }

    private mutating func setAccounts(_ answers: [Message]) {
        let list = answers.first { $0.name == "managedAccounts" }?["accountsList"] ?? ""
        let names = list.split(separator: ",").map(String.init)
        guard let first = names.first, let old = world.accounts.first else { return }
        var account = World.Account(name: first, cash: old.cash)
        account.baseCurrency = Self.baseCurrency(answers) ?? old.baseCurrency
        account.otherCash = old.otherCash
        account.positions = old.positions
        world.accounts =
            [account] + names.dropFirst().map { World.Account(name: $0, cash: old.cash) }
        for index in world.openOrders.indices { world.openOrders[index].account = first }
        for index in world.completedOrders.indices {
            world.completedOrders[index].order.account = first
        }
        for index in world.executions.indices { world.executions[index].account = first }
    }

    private static func baseCurrency(_ answers: [Message]) -> String? {
        for message in answers {
            switch message.name {
            case "accountSummary":
                if let currency = message["currency"], currency.utf8.count == 3 { return currency }
            case "updateAccountValue", "accountUpdateMulti":
                if message["key"] == "NetLiquidation", let currency = message["currency"],
                    currency.utf8.count == 3
                {
                    return currency
                }
            case "openOrder":
                if let currency = message["orderState.marginCurrency"], currency.utf8.count == 3 {
                    return currency
                }
            default: break
            }
        }
        return nil
    }

    /// Orders that were there before are kept only where the recording shows some.
    private mutating func setOrders(
        _ recording: Recording, _ requests: [Message], _ answers: [Message]
    ) {
        let placed = Set(requests.filter { $0.name == "placeOrder" }.compactMap { $0["orderId"] })
        let isOpenAtStart = recording.legs.contains { leg in
            let start = leg.turns.prefix { !$0.isRequest || $0.message.name == "startApi" }
            return start.contains { ["openOrder", "openOrderEnd"].contains($0.message.name) }
        }
        let showsOthers = answers.contains {
            $0.name == "openOrder" && !placed.contains($0["order.orderId"] ?? "")
        }
        if isOpenAtStart {
            for index in world.openOrders.indices { world.openOrders[index].clientID = clientID }
            for index in world.openOrders.indices { world.openOrders[index].orderID = index + 1 }
        } else if showsOthers {
            for index in world.openOrders.indices {
                world.openOrders[index].clientID = clientID + 1
            }
        } else {
            world.openOrders = []
        }
        let showsExecutions = answers.contains { message in
            message.name == "execDetails" && (Int(message["reqId"] ?? "") ?? -1) >= 0
                && !placed.contains(message["execution.orderId"] ?? "")
        }
        if !showsExecutions { world.executions = [] }
    }

    /// A contract of which the recording has details exists.
    private mutating func setContracts(_ answers: [Message]) {
        var known = Set(world.contracts.map(\.conID))
        for message in answers where message.name == "contractDetails" {
            guard let id = message["contract.conId"].flatMap({ Int64($0) }), id > 0,
                known.insert(id).inserted
            else { continue }
            let symbol = message["contract.symbol"] ?? ""
            var contract = Contract(
                conID: id, symbol: symbol, secType: message["contract.secType"] ?? "STK",
                longName: message["details.longName"] ?? symbol,
                referencePrice: Amount(whole: 10))
            func field(_ name: String) -> String? {
                message[name].flatMap { $0.isEmpty ? nil : $0 }
            }
            contract.lastTradeDate = String(
                (field("contract.lastTradeDate") ?? field("_lastTradeDate") ?? "").prefix(8))
            contract.strike = field("contract.strike").flatMap { Amount($0) } ?? 0
            contract.right = field("contract.right").map { String($0.prefix(1)) } ?? ""
            contract.multiplier = field("contract.multiplier") ?? ""
            contract.exchange = field("contract.exchange") ?? "SMART"
            contract.primaryExchange = field("contract.primaryExchange") ?? ""
            contract.currency = field("contract.currency") ?? "USD"
            contract.localSymbol = field("contract.localSymbol") ?? symbol
            contract.tradingClass = field("contract.tradingClass") ?? symbol
            contract.underlyingConID = field("details.underConId").flatMap { Int64($0) } ?? 0
            world.contracts.removeAll {
                $0.symbol == symbol && $0.secType == contract.secType
                    && $0.localSymbol == contract.localSymbol
            }
            world.contracts.append(contract)
        }
    }

    /// What is held is what the recording shows, if it shows anything.
    private mutating func setPositions(_ answers: [Message]) {
        let names: Set = ["position", "updatePortfolio", "positionMulti"]
        let rows = answers.filter {
            names.contains($0.name) && Int64($0["contract.conId"] ?? "") ?? 0 > 0
        }
        guard !rows.isEmpty, !world.accounts.isEmpty else { return }
        var positions: [World.Position] = []
        for row in rows {
            guard let conID = row["contract.conId"].flatMap({ Int64($0) }),
                !positions.contains(where: { $0.conID == conID })
            else { continue }
            addContract(conID, row)
            let cost = row["avgCost"] ?? row["averageCost"] ?? "0"
            var position = World.Position(
                conID: conID, quantity: row["position"].flatMap { Amount($0) } ?? 0,
                averageCost: 0)
            position.averageCost = Double(cost) ?? 0
            positions.append(position)
        }
        world.accounts[0].positions = positions
    }

    /// A fill with a profit closed something, which must have been held before.
    private mutating func setClosedPositions(_ answers: [Message]) {
        guard !world.accounts.isEmpty else { return }
        let closings = Set(
            answers.filter { message in
                message.name == "commissionReport"
                    && (message["realizedPNL"].flatMap { Amount($0) } != nil)
            }.compactMap { $0["execId"] })
        var held: [Int64: Amount] = [:]
        var missing: [Int64: Amount] = [:]
        var seen: Set<String> = []
        for message in answers where message.name == "execDetails" && message["reqId"] == "-1" {
            guard let conID = message["contract.conId"].flatMap({ Int64($0) }),
                let id = message["execution.execId"], seen.insert(id).inserted,
                let shares = message["execution.shares"].flatMap({ Amount($0) })
            else { continue }
            let quantity = message["execution.side"] == "SLD" ? -shares : shares
            let before = held[conID] ?? 0
            let isCovered =
                (before < 0) != (quantity < 0) && before.magnitude >= quantity.magnitude
            if closings.contains(id), !isCovered {
                missing[conID, default: 0] += -quantity - before
                held[conID] = 0
            } else {
                held[conID] = before + quantity
            }
        }
        for (conID, quantity) in missing.sorted(by: { $0.key < $1.key }) where quantity != 0 {
            guard let contract = world.contracts.first(where: { $0.conID == conID }) else {
                continue
            }
            world.accounts[0].positions.removeAll { $0.conID == conID }
            world.accounts[0].positions.append(
                World.Position(
                    conID: conID, quantity: quantity, averageCost: contract.referencePrice))
        }
    }

    /// Adds the contract of a position unless the world has it.
    private mutating func addContract(_ conID: Int64, _ row: Message) {
        guard !world.contracts.contains(where: { $0.conID == conID }) else { return }
        let symbol = row["contract.symbol"] ?? ""
        let kind = row["contract.secType"] ?? "STK"
        var contract = Contract(
            conID: conID, symbol: symbol, secType: kind, longName: symbol,
            referencePrice: Amount(whole: 10))
        let exchange = row["contract.exchange"] ?? ""
        contract.primaryExchange = kind == "STK" ? exchange : ""
        contract.exchange = kind == "STK" || exchange.isEmpty ? "SMART" : exchange
        contract.currency = row["contract.currency"] ?? "USD"
        contract.localSymbol = row["contract.localSymbol"] ?? symbol
        contract.tradingClass = row["contract.tradingClass"] ?? symbol
        contract.multiplier = row["contract.multiplier"] ?? ""
        contract.lastTradeDate = row["contract.lastTradeDateOrContractMonth"] ?? ""
        contract.right = row["contract.right"] ?? ""
        contract.strike = row["contract.strike"].flatMap { Amount($0) } ?? 0
        world.contracts.append(contract)
    }

    /// Completed orders are those that the recording shows.
    private mutating func setCompletedOrders(_ answers: [Message]) {
        let known = Dictionary(
            world.contracts.map { ($0.conID, $0.referencePrice) },
            uniquingKeysWith: { first, _ in first })
        let account = world.accounts.first?.name ?? ""
        world.completedOrders = answers.filter { $0.name == "completedOrder" }.enumerated()
            .compactMap { place, row -> World.CompletedOrder? in
                guard let conID = row["contract.conId"].flatMap({ Int64($0) }),
                    let price = known[conID]
                else { return nil }
                func amount(_ name: String) -> Amount? {
                    row[name].flatMap { Amount($0) }.flatMap { $0 > 0 ? $0 : nil }
                }
                var order = World.Order(
                    clientID: Int(row["order.clientId"] ?? "") ?? clientID,
                    orderID: Int(row["order.orderId"] ?? "") ?? place + 1,
                    permID: Int64(row["order.permId"] ?? "") ?? 1_000_000_000 + Int64(place),
                    account: account, conID: conID, action: row["order.action"] ?? "BUY",
                    quantity: amount("order.filledQuantity") ?? amount("order.totalQuantity") ?? 1,
                    type: row["order.orderType"] ?? "LMT", limitPrice: amount("order.lmtPrice"),
                    stopPrice: amount("order.auxPrice"), timeInForce: row["order.tif"] ?? "DAY")
                order.tradesOutsideHours = row["order.outsideRth"] == "1"
                order.parentPermID = Int64(row["order.parentPermId"] ?? "") ?? 0
                let isFilled = row["orderState.status"] == "Filled"
                return World.CompletedOrder(
                    order: order, completedSeconds: -600 * Int64(place + 1),
                    averagePrice: isFilled ? order.limitPrice ?? price : nil)
            }
    }

    /// Contracts cost what they cost in the recording, so that orders rest or fill as there.
    private mutating func setPrices(_ requests: [Message], _ answers: [Message]) {
        var prices: [Int64: Amount] = [:]
        func note(_ conID: String?, _ price: String?) {
            guard let id = conID.flatMap({ Int64($0) }), let price = price.flatMap({ Amount($0) }),
                price > 0, prices[id] == nil
            else { return }
            prices[id] = price
        }
        var lines: [String: String] = [:]
        for request in requests where request.name == "reqMktData" {
            lines[request["reqId"] ?? ""] = request["contract.conId"]
        }
        let orders = answers.filter { $0.name == "openOrder" }
        for message in answers {
            switch message.name {
            case "execDetails":
                let order = orders.first {
                    $0["order.orderId"] == message["execution.orderId"]
                }
                note(
                    message["contract.conId"] ?? order?["contract.conId"],
                    message["execution.price"])
            case "tickPrice"
            where ["1", "2", "4", "66", "67", "68", "75"].contains(message["tickType"]):
                note(lines[message["reqId"] ?? ""], message["price"])
            case "updatePortfolio": note(message["contract.conId"], message["marketPrice"])
            default: break
            }
        }
        for index in world.contracts.indices {
            if let price = prices[world.contracts[index].conID] {
                world.contracts[index].referencePrice = price
            }
        }
    }
}
