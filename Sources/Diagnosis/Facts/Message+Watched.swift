import GatewayWire

/// A field of one kind of message, looked up once.
struct KnownField: Sendable {
    fileprivate let name: String
    /// Where it is, if only one is called so.
    fileprivate let item: Int?

    init(_ name: String, of schema: MessageSchema?) {
        self.name = name
        let items = schema?.indexes(of: name) ?? []
        item = items.count == 1 ? items[0] : nil
    }
}

extension Message {
    /// The text of a field of this kind of message; `nil` when it has none.
    func text(of field: KnownField) -> String? {
        if let item = field.item, let text = values[item].string { return text }
        return self[field.name]
    }

    /// The id by which a request and its answers belong together.
    var requestID: String? { schema.requestID(in: values) }

    /// What a request is about: its contract, or its account.
    var subject: String {
        ["contract.conId", "contract.symbol", "contract.secType", "acctCode", "account"]
            .map { self[$0] ?? "" }.joined(separator: " ")
    }

    /// Whether a request for executions asks for some of them only, by more than the account.
    var isNarrowed: Bool {
        ["clientId", "time", "symbol", "secType", "exchange", "side"].contains { filter in
            !["", "0"].contains(self["filter.\(filter)"] ?? "")
        }
    }

    /// Whether a number of it is more than zero.
    func isPositive(_ field: String) -> Bool {
        self[field].flatMap { Double($0) }.map { $0 > 0 && $0 < .greatestFiniteMagnitude } ?? false
    }

    /// `ascii`, `utf-8` or `bytes`, as the vocabulary explains them.
    func letters(of field: String) -> String {
        for index in schema.indexes(of: field) {
            switch values[index] {
            case .bytes: return "bytes"
            case .text(let text): return text.utf8.allSatisfy { $0 < 128 } ? "ascii" : "utf-8"
            case .absent, .group: continue
            }
        }
        return "ascii"
    }

    /// Whether a text of it is no UTF-8.
    var hasBytes: Bool {
        values.contains { value in
            if case .bytes = value { true } else { false }
        }
    }

    /// Whether a text of it has the characters that stand for bytes that are no UTF-8.
    var hasReplacements: Bool {
        values.contains { value in
            if case .text(let text) = value {
                text.unicodeScalars.contains("\u{FFFD}")
            } else {
                false
            }
        }
    }
}
