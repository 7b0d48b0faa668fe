import GatewayWire

/// A request as a client put it on the wire.
struct ClientFrame {
    let client: Client
    /// The arguments it was called with.
    let index: Int
    let body: ArraySlice<UInt8>

    /// Reads a driver's file: the case's number, then the frame.
    static func frames(_ bytes: [UInt8], from client: Client) -> [ClientFrame] {
        var reader = bytes[...]
        var frames: [ClientFrame] = []
        func word() -> Int {
            defer { reader = reader.dropFirst(4) }
            return reader.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }
        while reader.count >= 8 {
            let index = word()
            let size = word()
            frames.append(ClientFrame(client: client, index: index, body: reader.prefix(size)))
            reader = reader.dropFirst(size)
        }
        return frames
    }
}

/// Compares what the schema reads in a client's frame with the arguments the client was given.
struct RequestCheck {
    private(set) var compared = 0
    private(set) var byPosition = 0
    private(set) var mismatches: [String] = []

    /// Checks one frame against the given schema, which need not be the case's own.
    mutating func check(_ frame: ClientFrame, of request: Case, as schema: MessageSchema) {
        let problems =
            if schema.versions.contains(request.version) {
                switch MessageDecoder(serverVersion: request.version, schema: schema).decode(
                    frame.body)
                {
                case .unknown(let id, _): ["unknown message \(id)"]
                case .malformed(let error): ["\(error)"]
                case .message(let message) where message.surplus.isEmpty:
                    compare(message, with: request, frame.client)
                case .message(let message):
                    ["fields left over: \(message.surplus.map { $0.string ?? "?" })"]
                }
            } else {
                ["sent, though the schema has no such message at this version"]
            }
        mismatches += problems.map {
            "\(frame.client.rawValue): \(request.schema.name) at \(request.version) "
                + "(\(request.shape)): \($0)"
        }
    }

    private mutating func compare(
        _ message: Message, with request: Case, _ client: Client
    ) -> [String] {
        var problems: [String] = []
        func mismatch(_ text: String) { problems.append(text) }
        let fields = Case.fields(of: message, at: request.version)
        var arguments: [String: String] = [:]
        for field in request.fields { arguments[field.path] = field.text }
        for field in fields {
            if let problem = problem(of: field) { mismatch("\(field.path): \(problem)") }
            guard let sent = arguments.removeValue(forKey: field.path),
                !ClientHabit.ignores(field.path, client, request)
            else {
                byPosition += 1
                // A number nobody gave has the client's own zero.
                let isDefault = request.isProtobuf && field.text == "0"
                if !isDefault, !ClientHabit.ignores(field.path, client, request) {
                    mismatch("\(field.path): sent nothing, received '\(field.text)'")
                }
                continue
            }
            compared += 1
            if !isSame(field, sent, client) {
                mismatch("\(field.path): sent '\(sent)', received '\(field.text)'")
            }
        }
        for (path, sent) in arguments
        where !ClientHabit.ignores(path, client, request)
            && !(request.isProtobuf && ["", "0"].contains(sent))
        {
            mismatch("\(path): sent '\(sent)', received nothing")
        }
        return problems
    }

    private func isSame(_ field: Case.Field, _ sent: String, _ client: Client) -> Bool {
        let got = field.text
        if got == sent { return true }
        switch field.kind {
        case UInt8(ascii: "f"), UInt8(ascii: "d"):
            if Self.isUnset(sent) {
                // ibapi 9.81 and ib_* know no unset strike.
                return Self.isUnset(got) || (field.path == "contract.strike" && got == "0.0")
            }
            return number(got) == number(sent)
        case UInt8(ascii: "i"): return Self.isUnset(sent) && Self.isUnset(got)
        default: return false
        }
    }

    private func number(_ text: String) -> Double? {
        text == "Infinite" || text == "Infinity" ? .infinity : Double(text)
    }

    private static func isUnset(_ text: String) -> Bool {
        text.isEmpty || text == "2147483647" || text == "9223372036854775807"
            || Double(text) == .greatestFiniteMagnitude
    }

    /// What is wrong with a number's text by the schema's own word; `nil` when nothing is.
    private func problem(of field: Case.Field) -> String? {
        let shape = field.schema
        let text = field.text
        if Self.isUnset(text) {
            switch (shape.type, shape.unset) {
            case (.string, _), (_, .literal): return nil
            case (_, .empty): return text.isEmpty ? nil : "'\(text)' where unset is empty"
            case (_, nil): return "'\(text)' in a field that cannot be unset"
            }
        }
        let isGood =
            switch shape.type {
            case .string: true
            case .bool: text == "0" || text == "1"
            case .int, .long: Int(text) != nil
            case .float, .decimal: number(text) != nil
            }
        return isGood ? nil : "'\(text)' is no \(shape.type)"
    }
}

/// Arguments a client does not pass on as they are.
enum ClientHabit {
    static func ignores(_ path: String, _ client: Client, _ request: Case) -> Bool {
        if path.split(separator: ".").last?.hasPrefix("_") ?? false { return true }
        if request.isProtobuf { return isLeftOut(path, request) }
        return switch (client, path) {
        // Written from the length of the list that follows, or not at all.
        case (_, "miscOptionsCount"), (_, "fundamentalDataOptionsCount"): true
        // Constants.
        case (.ibapi1051, "order.eTradeOnly"), (.ibapi1051, "order.firmQuoteOnly"),
            (.ibapi1051, "order.nbboPriceCap"), (.ibapi1051, "order.faProfile"),
            (.ibapi1046, "order.eTradeOnly"), (.ibapi1046, "order.firmQuoteOnly"),
            (.ibapi1046, "order.nbboPriceCap"), (.ibapi1046, "order.faProfile"):
            true
        // Refused unless empty.
        case (.ibapi1051, "mktDataOptions"), (.ibapi1051, "mktDepthOptions"),
            (.ibapi1046, "mktDataOptions"), (.ibapi1046, "mktDepthOptions"),
            (.ibapi981, "mktDataOptions"), (.ibapi981, "mktDepthOptions"),
            (.ibapi1051, "miscOptions"), (.ibapi1046, "miscOptions"):
            request.schema.name != "reqHistoricalTicks"
        // Lost on the way: the client loops over the wrong variable.
        case (.ibapi981, "historicalNewsOptions"): true
        // Sent for volatility orders only.
        case (.async, "order.volatility"): true
        default: false
        }
    }

    /// What ibapi 10.46 and 10.51 know a protobuf field for and do not fill in.
    private static func isLeftOut(_ path: String, _ request: Case) -> Bool {
        switch path {
        case "contract.lastTradeDate", "mktDataOptions", "mktDepthOptions", "miscOptionsCount",
            "fundamentalDataOptionsCount", "order.orderId", "order.autoCancelDate",
            "order.filledQuantity", "order.refFuturesConId", "order.shareholder",
            "order.parentPermId", "order.softDollarTier.displayName":
            true
        case "miscOptions": request.schema.name.hasPrefix("calculate")
        case "order.routeMarketableToBbo": request.version < 218
        default: path.hasSuffix(".perLegPrice")
        }
    }
}
