internal import GatewayWire

/// Messages that a recording writes by name, as JSON in snake case.
///
/// ```
/// client place_order {"order_id":"1","contract":{"con_id":"265598"},"action":"BUY","tif":"DAY"}
/// server order_status {"order_id":1,"status":"Submitted","why_held":""}
/// ```
///
/// A key is the field of the same name in camel case, in the order, the contract or the filter when
/// the message has such; the exceptions are listed. Keys that no field matches are left out.
enum NamedMessage {
    private struct Form {
        let message: String
        var renamed: [String: String] = [:]
        /// What the writer leaves out because it is always so.
        var usual: [String: String] = [:]
    }

    private static let account = ["account": "acctCode"]

    private static let requests: [String: Form] = [
        "place_order": Form(
            message: "placeOrder", renamed: ["order_id": "orderId"],
            usual: ["order.transmit": "1", "order.exemptCode": "-1"]),
        "cancel_order": Form(message: "cancelOrder"),
        "global_cancel": Form(message: "reqGlobalCancel"),
        "req_global_cancel": Form(message: "reqGlobalCancel"),
        "req_open_orders": Form(message: "reqOpenOrders"),
        "req_completed_orders": Form(message: "reqCompletedOrders"),
        "req_executions": Form(
            message: "reqExecutions",
            renamed: ["account": "filter.acctCode", "symbol": "filter.symbol"]),
        "req_account_summary": Form(
            message: "reqAccountSummary", renamed: ["account": "groupName"]),
        "req_account_updates": Form(message: "reqAccountUpdates", renamed: account),
        "req_account_updates_multi": Form(
            message: "reqAccountUpdatesMulti", renamed: account),
        "req_historical_bars": Form(
            message: "reqHistoricalData",
            renamed: [
                "end_time": "endDateTime", "duration": "durationStr",
                "bar_size": "barSizeSetting", "use_rth": "useRTH",
            ], usual: ["formatDate": "1", "keepUpToDate": "0"]),
        "cancel_historical_bars": Form(message: "cancelHistoricalData"),
        "req_quote": Form(
            message: "reqMktData", renamed: ["generic_ticks": "genericTickList"]),
        "cancel_quote": Form(message: "cancelMktData"),
        "req_realtime_bars": Form(message: "reqRealTimeBars", renamed: ["use_rth": "useRTH"]),
        "cancel_realtime_bars": Form(message: "cancelRealTimeBars"),
        "req_calc_implied_volatility": Form(message: "calculateImpliedVolatility"),
        "req_calc_option_price": Form(message: "calculateOptionPrice"),
        "req_pnl": Form(message: "reqPnL"), "cancel_pnl": Form(message: "cancelPnL"),
        "req_pnl_single": Form(message: "reqPnLSingle"),
        "cancel_pnl_single": Form(message: "cancelPnLSingle"),
        "req_news_bulletins": Form(
            message: "reqNewsBulletins", renamed: ["all_messages": "allMsgs"]),
        "req_managed_accounts": Form(message: "reqManagedAccts"),
    ]

    private static let answers: [String: Form] = [
        "api_error": Form(
            message: "error",
            renamed: ["code": "errorCode", "message": "errorString", "error_time_ms": "errorTime"]),
        "managed_accounts": Form(
            message: "managedAccounts", renamed: ["accounts": "accountsList"]),
        "open_order": Form(
            message: "openOrder",
            renamed: ["status": "orderState.status", "quantity": "order.totalQuantity"]),
        "completed_order": Form(
            message: "completedOrder",
            renamed: ["status": "orderState.status", "quantity": "order.totalQuantity"]),
        "completed_order_end": Form(message: "completedOrdersEnd"),
        "execution_detail": Form(
            message: "execDetails",
            renamed: [
                "order_id": "execution.orderId", "exec_id": "execution.execId",
                "time": "execution.time", "side": "execution.side",
            ]),
        "executions_end": Form(message: "execDetailsEnd"),
        "historical_bars_range_end": Form(message: "historicalDataEnd"),
        "historical_bar": Form(message: "historicalData"),
        "matching_symbols": Form(message: "symbolSamples"),
        "news_bulletin": Form(message: "updateNewsBulletin"),
        "realtime_bar": Form(message: "realtimeBar"),
    ]

    /// Fields whose texts are the gateway's own, whoever wrote them down.
    private static let reliable: Set<String> = [
        "errorString", "whyHeld", "groups", "time_zone",
    ]

    /// - Parameter placeholders: Numbers given to texts such as `$req1`.
    static func turn(
        _ name: String, _ direction: Direction, _ members: JSONMembers, line: Int,
        placeholders: inout [String: String]
    ) -> Turn? {
        var form =
            (direction == .toGateway ? requests : answers)[name]
            ?? Form(message: camel(name))
        if name == "req_open_orders", let scope = members["scope"].map(text) {
            if scope == "all" { form = Form(message: "reqAllOpenOrders") }
            if scope == "auto" { form = Form(message: "reqAutoOpenOrders") }
        }
        guard let schema = ProtocolSchema.message(named: form.message, direction) else {
            return nil
        }
        var message = Message(schema: schema)
        for (field, value) in form.usual.sorted(by: { $0.key < $1.key }) { message[field] = value }
        fill(&message, members, form, prefix: "", &placeholders)
        return Turn(
            message, line: line, knownFields: direction == .toGateway ? nil : reliable)
    }

    // Helpers, in the order they are called.

    private static func fill(
        _ message: inout Message, _ members: JSONMembers, _ form: Form, prefix: String,
        _ placeholders: inout [String: String]
    ) {
        for member in members.members {
            if case .object(let inner) = member.value.content {
                fill(&message, inner, form, prefix: prefix + camel(member.key) + ".", &placeholders)
                continue
            }
            let name = camel(member.key)
            let candidates =
                [form.renamed[member.key]].compactMap { $0 }
                + [prefix + name, "order." + name, "contract." + name, "execution." + name]
            guard
                let field = candidates.first(where: { !message.schema.indexes(of: $0).isEmpty })
            else { continue }
            var value = text(member.value)
            if value.hasPrefix("$") {
                value = placeholder(value, isNumber: field.hasSuffix("Id"), &placeholders)
            }
            message[field] = value
        }
    }

    /// `con_id` is `conId`; `expiry` is what the protocol calls it.
    private static func camel(_ key: String) -> String {
        if key == "expiry" { return "lastTradeDateOrContractMonth" }
        var name = ""
        var isNext = false
        for character in key {
            if character == "_" {
                isNext = true
            } else {
                name += isNext ? character.uppercased() : String(character)
                isNext = false
            }
        }
        return name
    }

    private static func text(_ value: JSONValue) -> String {
        switch value.content {
        case .null: ""
        case .bool(let flag): flag ? "1" : "0"
        case .number(let text), .string(let text): text
        case .array(let values): values.map(text).joined(separator: ",")
        case .object: ""
        }
    }

    private static func placeholder(
        _ text: String, isNumber: Bool, _ placeholders: inout [String: String]
    ) -> String {
        // A moment may be left to the player: an empty one means now.
        guard isNumber else { return "" }
        let number = placeholders[text] ?? String(placeholders.count + 1)
        placeholders[text] = number
        return number
    }
}
