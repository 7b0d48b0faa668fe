internal import GatewayModel

/// What a world says of one contract, its references to others apart.
extension Reading {
    static let contractKeys = [
        "con-id", "symbol", "kind", "name", "price", "currency", "exchange", "primary-exchange",
        "valid-exchanges", "local-symbol", "trading-class", "last-trade-date", "strike", "right",
        "multiplier", "tick", "market-rule", "stock-type", "industry", "coupon", "issue-date",
        "issuer", "restrictions", "invented", "volatility", "liveliness", "calendar", "underlying",
        "legs",
    ]

    mutating func contracts(_ node: YAMLNode?, into draft: inout WorldDraft) {
        var indexes = Dictionary(
            draft.world.contracts.enumerated().map { ($1.conID, $0) },
            uniquingKeysWith: { first, _ in first })
        let inherited = ContractNames(draft.world.contracts)
        for node in items(node, of: "contracts", atMost: draft.limits.contracts) {
            guard let fields = fields(node, of: "contract", keys: Self.contractKeys) else {
                continue
            }
            var index: Int?
            if fields["con-id"] != nil {
                guard let conID = conID(fields["con-id"]),
                    isFirst(
                        "the con id \(conID)", at: fields["con-id"]?.span ?? node.span, in: &draft)
                else { continue }
                index = indexes[conID]
            } else {
                let (isClear, conID) = inheritedContract(fields, inherited)
                guard isClear else { continue }
                index = conID.flatMap { indexes[$0] }
            }
            if index == nil {
                guard
                    let contract = newContract(
                        fields, isTaken: { indexes[$0] != nil }, &draft, at: node.span)
                else { continue }
                index = draft.world.contracts.count
                indexes[contract.conID] = index
                draft.world.contracts.append(contract)
            }
            guard let index else { continue }
            describe(&draft.world.contracts[index], fields, draft.limits)
            draft.contractFields.append((index, fields))
        }
    }

    /// The contract of the default world that an entry without a con id changes.
    ///
    /// - Returns: False when several could be meant, which is reported.
    private mutating func inheritedContract(
        _ fields: Fields, _ inherited: ContractNames
    ) -> (isClear: Bool, conID: Int64?) {
        let key = fields["local-symbol"] == nil ? "symbol" : "local-symbol"
        guard !inherited.symbols.isEmpty, case .scalar(let symbol, _) = fields[key]?.content else {
            return (true, nil)
        }
        var kind = "STK"
        if case .scalar(let text, _) = fields["kind"]?.content { kind = text }
        let meant = inherited.all(symbol).filter { $0.secType == kind }
        guard meant.count > 1 else { return (true, meant.first?.conID) }
        report(
            "the default world has \(meant.count) contracts \(kind) '\(symbol)'",
            at: fields[key]?.span ?? fields.span,
            hint: "say which by 'con-id': "
                + meant.prefix(4).map { "\($0.conID)" }.joined(separator: ", "))
        return (false, nil)
    }

    private mutating func newContract(
        _ fields: Fields, isTaken: (Int64) -> Bool, _ draft: inout WorldDraft, at span: SourceSpan
    ) -> Contract? {
        guard fields["symbol"] != nil else {
            report("contract needs the key 'symbol'", at: span)
            return nil
        }
        let limit = draft.limits.textBytes
        guard let symbol = worldText(fields["symbol"], most: limit) else { return nil }
        if symbol.isEmpty { report("the symbol is empty", at: fields["symbol"]?.span ?? span) }
        var kind = "STK"
        if fields["kind"] != nil {
            guard let word = word(fields["kind"], "kind of contract", among: Contract.kinds) else {
                return nil
            }
            kind = word
        }
        var conID = Self.firstInvented + Int64(draft.world.contracts.count)
        while isTaken(conID) { conID += 1 }
        var contract = Contract.usual(
            conID: self.conID(fields["con-id"]) ?? conID, symbol: symbol, kind: kind,
            currency: worldText(fields["currency"], most: limit) ?? "USD",
            exchange: worldText(fields["exchange"], most: limit),
            primaryExchange: worldText(fields["primary-exchange"], most: limit))
        contract.conIDIsInvented = fields["con-id"] == nil
        return contract
    }

    /// The first invented con id, for contracts without one in the file.
    private static let firstInvented: Int64 = 980_000_001

    /// Takes over what the entry says.
    private mutating func describe(
        _ contract: inout Contract, _ fields: Fields, _ limits: WorldLimits
    ) {
        func take(_ key: String, _ path: WritableKeyPath<Contract, String>) {
            if let text = worldText(fields[key], most: limits.textBytes) {
                contract[keyPath: path] = text
            }
        }
        take("symbol", \.symbol)
        take("name", \.longName)
        take("currency", \.currency)
        take("exchange", \.exchange)
        take("primary-exchange", \.primaryExchange)
        take("local-symbol", \.localSymbol)
        take("trading-class", \.tradingClass)
        take("stock-type", \.stockType)
        take("industry", \.industry)
        take("issuer", \.issuer)
        if let node = fields["restrictions"] {
            contract.restrictions = restrictions(node, limits)
        }
        if let kind = word(fields["kind"], "kind of contract", among: Contract.kinds),
            kind != contract.secType
        {
            report(
                "contract \(contract.conID) is \(contract.secType), which cannot change",
                at: fields.keySpan("kind"))
        }
        if let node = fields["valid-exchanges"] {
            contract.validExchanges = items(node)
                .compactMap { worldText($0, most: limits.textBytes) }.joined(separator: ",")
        }
        if let price = price(fields["price"]) { contract.referencePrice = price }
        if let tick = amount(fields["tick"], in: Amount(micros: 1)...1_000_000) {
            contract.minTick = tick
        }
        if let rule = integer(fields["market-rule"], in: 0...100_000) { contract.marketRule = rule }
        if let isInvented = boolean(fields["invented"]) { contract.conIDIsInvented = isInvented }
        if let volatility = number(fields["volatility"], in: 0...10) {
            contract.volatility = volatility
        }
        if let liveliness = number(fields["liveliness"], in: 0...20) {
            contract.liveliness = liveliness
        }
        describeTerms(&contract, fields)
    }

    private mutating func restrictions(
        _ node: YAMLNode, _ limits: WorldLimits
    ) -> [Contract.Restriction] {
        items(node, of: "restrictions", atMost: limits.restrictions).compactMap { node in
            guard
                let fields = fields(
                    node, of: "restriction", keys: ["code", "reason"],
                    required: ["code", "reason"]),
                let code = worldText(fields["code"], most: limits.textBytes),
                let reason = worldText(fields["reason"], most: limits.textBytes)
            else { return nil }
            return Contract.Restriction(code: code, reason: reason)
        }
    }

    /// What options, futures and bonds have besides.
    private mutating func describeTerms(_ contract: inout Contract, _ fields: Fields) {
        if let date = compactDate(fields["last-trade-date"]) { contract.lastTradeDate = date }
        if let date = compactDate(fields["issue-date"]) { contract.issueDate = date }
        if let strike = price(fields["strike"]) { contract.strike = strike }
        if let right = word(fields["right"], "right", among: ["C", "P"]) { contract.right = right }
        if let coupon = integer(fields["coupon"], in: 0...100) { contract.coupon = coupon }
        if let multiplier = price(fields["multiplier"]) {
            contract.multiplier = multiplier.description
        }
    }
}
