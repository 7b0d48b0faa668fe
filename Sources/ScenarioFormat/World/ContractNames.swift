internal import GatewayModel

/// A world's contracts, found by con id or by symbol.
struct ContractNames {
    enum Match: Equatable {
        case none
        case one(Int64)
        /// How many, and the first few.
        case several(Int, [Contract])
    }

    /// Con ids with one symbol or local symbol.
    private struct Namesakes {
        var all: [Int64] = []
        /// Those that are neither listed by month nor a combination.
        var plain: [Int64] = []
    }

    private static let mostNamed = 4
    private var byConID: [Int64: Contract] = [:]
    private var bySymbol: [String: Namesakes] = [:]
    /// In world order, each once.
    private(set) var symbols: [String] = []

    init(_ contracts: [Contract] = []) {
        for contract in contracts { add(contract) }
    }

    subscript(conID: Int64) -> Contract? { byConID[conID] }

    mutating func add(_ contract: Contract) {
        guard byConID.updateValue(contract, forKey: contract.conID) == nil else { return }
        if bySymbol[contract.symbol] == nil { symbols.append(contract.symbol) }
        for name in Set([contract.symbol, contract.localSymbol]) {
            bySymbol[name, default: Namesakes()].all.append(contract.conID)
            if !["OPT", "FUT", "BAG", "NEWS"].contains(contract.secType) {
                bySymbol[name]?.plain.append(contract.conID)
            }
        }
    }

    /// Every contract with a symbol or local symbol.
    func all(_ text: String) -> [Contract] {
        (bySymbol[text]?.all ?? []).compactMap { byConID[$0] }
    }

    /// What a symbol or local symbol means: the only contract with it, or the only one that is
    /// neither listed by month nor a combination.
    func find(_ text: String) -> Match {
        guard let named = bySymbol[text] else { return .none }
        if named.all.count == 1 { return .one(named.all[0]) }
        if named.plain.count == 1 { return .one(named.plain[0]) }
        let meant = named.plain.isEmpty ? named.all : named.plain
        return .several(meant.count, meant.prefix(Self.mostNamed).compactMap { byConID[$0] })
    }

    /// The shortest unambiguous name, as a file spells it.
    func spelling(of conID: Int64) -> String {
        guard let contract = byConID[conID] else { return String(conID) }
        for name in [contract.symbol, contract.localSymbol] where find(name) == .one(conID) {
            return YAMLText.scalar(name)
        }
        return String(conID)
    }
}

extension Reading {
    /// A con id or a symbol of the world.
    mutating func contract(_ node: YAMLNode?, among names: ContractNames) -> Contract? {
        guard let scalar = scalar(node, "a con id or a symbol") else { return nil }
        if scalar.isPlain, let conID = Int64(scalar.text) {
            if let contract = names[conID] { return contract }
            report("no contract of the world has the con id \(conID)", at: scalar.span)
            return nil
        }
        switch names.find(scalar.text) {
        case .one(let conID): return names[conID]
        case .none:
            reportUnknown(
                "no contract of the world has the symbol '\(scalar.text)'", scalar.text,
                among: Array(names.symbols.prefix(Self.mostCompared)), called: "Symbols",
                at: scalar.span)
        case .several(let count, let first):
            let few = first.map(Self.described).joined(separator: ", ")
            report(
                "'\(scalar.text)' means \(count) contracts", at: scalar.span,
                hint: "say the con id: \(few)\(first.count < count ? " and more" : "")")
        }
        return nil
    }

    private static let mostCompared = 2_000

    private static func described(_ contract: Contract) -> String {
        let words = [
            contract.secType, contract.lastTradeDate,
            contract.strike == 0 ? "" : "\(contract.strike)", contract.right,
            contract.primaryExchange, contract.currency,
        ]
        return "\(contract.conID) (\(words.filter { !$0.isEmpty }.joined(separator: " ")))"
    }
}
