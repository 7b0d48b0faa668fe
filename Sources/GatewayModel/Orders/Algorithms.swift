import GatewayWire

/// IB's algorithms as far as a gateway checks them: their names and parameters.
///
/// The model works such an order like a plain one.
enum Algorithms {
    /// As IB documents them, with one correction.
    ///
    /// Recorded at 225: `strategyType` is unknown to
    /// Twap.
    private static let parameters: [String: Set<String>] = {
        let times = "startTime endTime "
        let lines = [
            "Adaptive": "adaptivePriority",
            "ArrivalPx": times + "maxPctVol riskAversion forceCompletion allowPastEndTime",
            "DarkIce": times + "displaySize allowPastEndTime",
            "PctVol": times + "pctVol noTakeLiq",
            "PctVolPx": times + "pctVol deltaPctVol minPctVol4Px maxPctVol4Px noTakeLiq",
            "PctVolSz": times + "startPctVol endPctVol noTakeLiq",
            "PctVolTm": times + "startPctVol endPctVol noTakeLiq",
            "Twap": times + "allowPastEndTime catchUp",
            "Vwap": times + "maxPctVol allowPastEndTime noTakeLiq speedUp",
            "AD": times + "componentSize timeBetweenOrders randomizeTime20 randomizeSize55 giveUp "
                + "catchUp waitForFill activeTimeStart activeTimeEnd",
            "ClosePx": "startTime maxPctVol riskAversion forceCompletion",
            "MinImpact": "maxPctVol",
            "BalanceImpactRisk": "maxPctVol riskAversion forceCompletion",
        ]
        return lines.mapValues { Set($0.split(separator: " ").map(String.init)) }
    }()

    /// Why an order's algorithm is refused; `nil` when it is not, or there is none.
    ///
    /// Strategies that are not in the table (those of other firms, with names of their own) pass.
    static func defect(of request: Request) -> OrderTerms.Defect? {
        guard let name = request.algorithm else { return nil }
        let given = request.algorithmParameters.map(\.tag)
        if let known = parameters[name], let stranger = given.first(where: { !known.contains($0) })
        {
            return .init(
                code: 443,
                text: "Order processing failed. Unknown algo attribute:\(quoted(stranger))")
        }
        // Recorded at 225 for DarkIce, which has a parameter of that name; assumed for the others.
        if let size = request.int("order.displaySize"), size > 0, size != Int(Int32.max) {
            return .init(
                code: 10255,
                text: "The 'Display Size' order attribute may not be specified for this order.")
        }
        return nil
    }
}

extension Message {
    /// The algorithm an order asks for.
    fileprivate var algorithm: String? {
        self["order.algoStrategy"].flatMap { $0.isEmpty ? nil : $0 }
    }

    fileprivate var algorithmParameters: [(tag: String, value: String)] {
        guard algorithm != nil, !schema.indexes(of: "order.algoParams").isEmpty else { return [] }
        return items(of: "order.algoParams").map { ($0["tag"] ?? "", $0["value"] ?? "") }
    }
}

extension Request {
    fileprivate var algorithm: String? { message.algorithm }
    fileprivate var algorithmParameters: [(tag: String, value: String)] {
        message.algorithmParameters
    }
}

extension Order {
    var algorithm: String? { fields.algorithm }

    func hasAlgorithmParameter(_ tag: String) -> Bool {
        fields.algorithmParameters.contains { $0.tag == tag }
    }

    /// When its algorithm is to start, in seconds since 1970.
    var algorithmStart: Int64? {
        fields.algorithmParameters.first { $0.tag == "startTime" }
            .flatMap { WallClock.seconds(from: $0.value) }
    }
}
