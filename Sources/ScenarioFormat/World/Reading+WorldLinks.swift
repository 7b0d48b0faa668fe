internal import Simulation
internal import GatewayModel

/// What contracts say of each other, and whether they make sense: read when all are known.
extension Reading {
    /// Contracts by name, those included that chains and futures list when the gateway starts.
    mutating func nameContracts(in draft: inout WorldDraft) {
        draft.names = ContractNames(draft.world.contracts)
        guard case .at(let nanoseconds) = draft.world.starts else { return }
        let today = nanoseconds / 1_000_000_000 / UTCTime.secondsPerDay
        for contract in draft.world.allContracts(today: today) { draft.names.add(contract) }
    }

    mutating func connectContracts(in draft: inout WorldDraft) {
        let calendars = draft.world.calendars.map(\.name)
        for (index, fields) in draft.contractFields {
            var contract = draft.world.contracts[index]
            if let underlying = underlying(fields["underlying"], in: draft) {
                contract.underlyingConID = underlying
            }
            if let calendar = word(fields["calendar"], "calendar of the world", among: calendars) {
                contract.calendar = calendar
            }
            if let node = fields["legs"] { contract.legs = legs(node, in: draft) }
            check(contract, fields, in: draft)
            draft.world.contracts[index] = contract
        }
    }

    /// A con id, which need not be one of the world's, or a symbol of the world.
    mutating func underlying(_ node: YAMLNode?, in draft: WorldDraft) -> Int64? {
        if let node, case .scalar(let text, isPlain: true) = node.content, Int(text) != nil {
            return integer(node, in: 0...Int(Int32.max)).map(Int64.init)
        }
        return contract(node, among: draft.names)?.conID
    }

    private mutating func legs(_ node: YAMLNode, in draft: WorldDraft) -> [Contract.Leg] {
        items(node, of: "legs", atMost: draft.limits.legs).compactMap { node in
            guard
                let fields = fields(
                    node, of: "leg", keys: ["contract", "ratio"], required: ["contract", "ratio"]),
                let part = contract(fields["contract"], among: draft.names),
                let ratio = integer(fields["ratio"], in: -1_000...1_000)
            else { return nil }
            if part.secType == "BAG" {
                report("a leg cannot be a combination itself", at: node.span)
                return nil
            }
            if ratio == 0 { report("a leg's ratio is not zero", at: node.span) }
            return Contract.Leg(conID: part.conID, signedRatio: Int64(ratio))
        }
    }

    /// What a contract of its kind cannot do without, or cannot have.
    private mutating func check(_ contract: Contract, _ fields: Fields, in draft: WorldDraft) {
        let name = "\(contract.secType) '\(contract.symbol)'"
        func need(_ key: String, _ isMissing: Bool) {
            // A value that could not be read has been reported.
            if isMissing, fields[key] == nil {
                report("\(name) needs the key '\(key)'", at: fields.span)
            }
        }
        need("price", contract.referencePrice == 0 && contract.secType != "BAG")
        if contract.referencePrice.micros / max(contract.minTick.micros, 1) > 1_000_000_000_000 {
            report(
                "the price of \(name) is more than a million million ticks",
                at: fields.keySpan("price"))
        }
        if contract.secType == "OPT" {
            need("strike", contract.strike == 0)
            need("right", contract.right.isEmpty)
            let kind = draft.names[contract.underlyingConID]?.secType
            if kind == "OPT" || kind == "BAG" {
                report(
                    "the underlying of \(name) is itself derived from others",
                    at: fields.keySpan("underlying"))
            }
        }
        need(
            "last-trade-date",
            ["OPT", "FUT"].contains(contract.secType) && contract.lastTradeDate.isEmpty)
        need("legs", contract.secType == "BAG" && contract.legs.isEmpty)
        if contract.secType != "BAG", !contract.legs.isEmpty {
            report("only a BAG has legs", at: fields.keySpan("legs"))
        }
        for number in draft.world.chains.indices
        where OptionChain.conIDs(number: number).contains(contract.conID) {
            let symbol = draft.world.chains[number].underlyingSymbol
            reportTaken(contract, fields, by: "options on \(symbol)")
        }
        for number in draft.world.futures.indices
        where FutureSeries.conIDs(number: number).contains(contract.conID) {
            reportTaken(contract, fields, by: "futures \(draft.world.futures[number].symbol)")
        }
    }

    private mutating func reportTaken(
        _ contract: Contract, _ fields: Fields, by listed: String
    ) {
        report(
            "the con id \(contract.conID) is kept for the \(listed)", at: fields.keySpan("con-id"),
            hint: "options in 'chains' have con ids from 700000000, 'futures' from 600000000")
    }
}
