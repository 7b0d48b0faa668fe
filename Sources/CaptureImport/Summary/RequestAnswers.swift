import GatewayWire

/// Which requests wait for an answer, and which message is one.
///
/// A request with an id is answered by any message with the same id, errors too. Others are answered
/// by the message named here.
final class RequestAnswers: Sendable {
    static let shared = RequestAnswers()

    /// Requests without an id, and what answers them.
    private static let answered: KeyValuePairs<String, String> = [
        "reqIds": "nextValidId", "reqManagedAccts": "managedAccounts",
        "reqCurrentTime": "currentTime", "reqCurrentTimeInMillis": "currentTimeInMillis",
        "reqPositions": "positionEnd", "reqOpenOrders": "openOrderEnd",
        "reqAllOpenOrders": "openOrderEnd", "reqAutoOpenOrders": "openOrderEnd",
        "reqAccountUpdates": "accountDownloadEnd",
        "reqCompletedOrders": "completedOrdersEnd", "reqScannerParameters": "scannerParameters",
        "reqFamilyCodes": "familyCodes", "reqNewsProviders": "newsProviders",
        "reqMktDepthExchanges": "mktDepthExchanges", "startApi": "nextValidId",
    ]

    /// What a message has to do with requests.
    struct Role: Sendable {
        /// Position of the id that pairs requests and answers.
        var idItem: Int?
        /// Opens a request; a cancel does not.
        var isRequest = false
        /// Without ids: the answer's id in the schema.
        var answer: Int?
        /// Answers requests that have no id.
        var isAnswer = false
        /// An order's id is no request's, and the other way round.
        var isOrder = false
    }

    let toGateway: [Role]
    let toClient: [Role]
    /// Positions in `error`: its id, code.
    let errorID: Int
    let errorCode: Int

    private init() {
        var requests = [Role](repeating: Role(), count: 256)
        var answers = requests
        for schema in ProtocolSchema.messages where schema.id < 256 {
            var role = Role()
            role.idItem = schema.items.firstIndex { item in
                guard case .field(let field) = item else { return false }
                return field.role == .request || field.role == .order
            }
            if let index = role.idItem, case .field(let field) = schema.items[index] {
                role.isOrder = field.role == .order
            }
            switch schema.direction {
            case .toGateway:
                role.isRequest =
                    role.idItem != nil
                    && (schema.name.hasPrefix("req") || schema.name == "placeOrder"
                        || schema.name.hasPrefix("calculate"))
                requests[schema.id] = role
            case .toClient: answers[schema.id] = role
            }
        }
        for (request, answer) in Self.answered {
            guard let asked = ProtocolSchema.message(named: request, .toGateway),
                let told = ProtocolSchema.message(named: answer, .toClient)
            else { continue }
            requests[asked.id].isRequest = true
            requests[asked.id].idItem = nil
            requests[asked.id].answer = told.id
            answers[told.id].isAnswer = true
        }
        toGateway = requests
        toClient = answers
        let error = ProtocolSchema.message(named: "error", .toClient)
        errorID = error?.indexes(of: "reqId").first ?? 0
        errorCode = error?.indexes(of: "errorCode").first ?? 1
    }
}
