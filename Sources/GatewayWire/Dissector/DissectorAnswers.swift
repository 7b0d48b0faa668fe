/// Which requests wait for an answer, as tables for the dissector.
enum DissectorAnswers {
    static var lua: String {
        var lines = [
            "-- Fields by which requests, or orders, and their answers belong together.",
            "local REQUEST_IDS = \(set(["reqId", "tickerId"]))",
            "local ORDER_IDS = \(set(orderIDs))",
            "-- Requests that are answered: what tells which, and the last message of the answer.",
            "local ANSWERS = {",
        ]
        for (name, way, last) in requests {
            // Before the version that brought it, an answer ends without it.
            let since = last.flatMap {
                ProtocolSchema.message(named: $0, .toClient)?.versions.lowerBound
            }
            let end = last.map { ", last = \"\($0)\", since = \(since ?? 0)" } ?? ""
            lines.append("  \(name) = {by = \"\(way)\"\(end)},")
        }
        lines += [
            "}", "-- Messages without an id, and the requests that they answer.",
            "local ANSWERED_BY = {",
        ]
        for (name, asking) in answering.sorted(by: { $0.key < $1.key }) {
            let names = asking.map { "\"\($0)\"" }.joined(separator: ", ")
            lines.append("  \(name) = {\(names)},")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func set(_ names: [String]) -> String {
        "{" + names.map { "[\"\($0)\"] = true" }.joined(separator: ", ") + "}"
    }

    /// The fields that hold an order's own id.
    private static let orderIDs: [String] = {
        var names: Set<String> = []
        for schema in ProtocolSchema.messages {
            for case .field(let field) in schema.items
            where field.role == .order && field.name.hasSuffix("orderId") {
                names.insert(field.name)
            }
        }
        return names.sorted()
    }()

    private static let requests: [(name: String, way: String, last: String?)] = {
        let byID = AnswerTable.byID.map { ($0.key, "id", $0.value.end) }
        let byName = AnswerTable.byName.map { ($0.key, "name", $0.value.end) }
        let others: [(String, String, String?)] = [
            ("startApi", "name", nil), ("placeOrder", "order", nil),
        ]
        return (byID + byName + others).sorted { $0.0 < $1.0 }
    }()

    /// The answer to startApi comes first, whatever else asks for the same.
    private static let answering: [String: [String]] = {
        var answering = AnswerTable.asking
        for name in ["nextValidId", "managedAccounts"] {
            answering[name, default: []].insert("startApi", at: 0)
        }
        return answering
    }()
}
