import GatewayWire

/// What a field of a message may give away, as the schema tells it.
enum SensitiveField: Hashable, Sendable {
    case account
    /// A name that a user chose: a group of accounts, a model, a trader.
    case name
    /// A reference that a client made up for its orders.
    case reference
    /// What people wrote, or read: news, bulletins, an advisor's lists.
    case text
    /// Money that belongs to somebody, or a quantity of it. Prices are public.
    case amount
    /// A sentence of the gateway, which may quote anything.
    case sentence

    init?(_ field: FieldSchema, of message: String) {
        if field.role == .account || field.name == "accountID" {
            self = .account
        } else if Self.references.contains(Self.last(field.name)) {
            self = .reference
        } else if Self.names.contains(Self.last(field.name)) {
            self = .name
        } else if Self.texts.contains(field.name) {
            self = .text
        } else if Self.isAmount(field, of: message) {
            self = .amount
        } else if field.type == .string, Self.sentences.contains(Self.last(field.name)) {
            self = .sentence
        } else {
            return nil
        }
    }

    // Helpers, in the order they are called.

    private static let references: Set<String> = ["orderRef", "ocaGroup"]
    private static let names: Set<String> = [
        "submitter", "faGroup", "faProfile", "modelCode", "mifid2DecisionMaker",
        "mifid2DecisionAlgo", "mifid2ExecutionTrader", "mifid2ExecutionAlgo", "settlingFirm",
        "familyCodeStr", "whiteBrandingId", "clearingAccount",
    ]
    private static let texts: Set<String> = ["newsMessage", "headline", "articleText", "cxml"]
    private static let sentences: Set<String> = [
        "errorString", "warningText", "rejectReason", "advancedOrderRejectJson", "evRule",
    ]
    private static let quantities: Set<String> = [
        "position", "pos", "totalQuantity", "filled", "remaining", "shares", "cumQty",
        "filledQuantity", "cashQty",
    ]
    private static let moneys = [
        "pnl", "marketvalue", "equitywithloan", "margin", "commission", "realized",
    ]
    private static let values: Set<String> = [
        "updateAccountValue", "accountSummary", "accountUpdateMulti",
    ]

    private static func last(_ name: String) -> String {
        name.split(separator: ".").last.map(String.init) ?? name
    }

    private static func isAmount(_ field: FieldSchema, of message: String) -> Bool {
        let name = last(field.name)
        if quantities.contains(name), field.type == .decimal || field.type == .float { return true }
        if values.contains(message), name == "val" || name == "value" { return true }
        return field.role == .money && moneys.contains { name.lowercased().contains($0) }
    }
}
