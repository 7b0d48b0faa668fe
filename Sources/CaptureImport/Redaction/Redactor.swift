package import GatewayWire

/// Replaces what tells who was recorded.
///
/// The same original always gets the same stand-in, so that relations stay. What a field may give
/// away comes from the schema (`SensitiveField`); accounts are also known by their shape
/// (`DU1234567`) in any text, addresses and telephone numbers by theirs. It has to see all messages
/// (`learn`) before it rewrites the first.
package struct Redactor: Sendable {
    let options: RedactionOptions
    var standIns: [[UInt8]: [UInt8]] = [:]
    /// Some of them do not look like accounts.
    var hasNamedAccounts = false
    /// The account met last, and whether the report tells of it.
    var lastAccount: (text: String, standIn: FieldValue, isReported: Bool)?
    var countByKind: [[UInt8]: Int] = [:]
    /// Stand-ins of other things than accounts.
    var others: [RedactionReport.Kind: [[UInt8]: [UInt8]]] = [:]
    /// Originals that are looked for inside sentences.
    var soughtWords: [[UInt8]] = []
    static let maxSought = 256
    static let maxOthers = 100_000
    /// While it learns, nothing is reported.
    var isLearning = false
    /// What the report tells of as different.
    var reported: [[UInt8]: RedactionReport.Kind] = [:]
    package internal(set) var report = RedactionReport()

    package init(_ options: RedactionOptions) {
        self.options = options
    }

    /// Learns the accounts and names of a message.
    package mutating func learn(_ message: Message) {
        guard !options.hidesNothing else { return }
        isLearning = true
        _ = rewritten(message)
        isLearning = false
    }

    package mutating func learn(_ bytes: [UInt8]) {
        guard !options.hidesNothing else { return }
        isLearning = true
        _ = rewritten(bytes[...], isCut: false, keepsLength: true)
        isLearning = false
    }

    package mutating func redact(_ message: Message) -> Message {
        options.hidesNothing ? message : rewritten(message)
    }

    /// Rewrites bytes that form no message; an account may be cut off at their end.
    package mutating func redact(_ bytes: [UInt8]) -> [UInt8] {
        guard !options.hidesNothing else { return bytes }
        if !bytes.isEmpty { report.cannotJudge("bytes that are no message") }
        return rewritten(bytes[...], isCut: true, keepsLength: true)
    }

    /// Rewrites a sentence of our own, which may quote what a peer has said.
    package mutating func redact(text: String) -> String {
        guard !options.hidesNothing else { return text }
        let bytes = rewritten(
            Array(text.utf8)[...], isCut: false, keepsLength: options.keepsLengths)
        return String(decoding: bytes, as: UTF8.self)
    }

    package mutating func redact(_ reply: VersionReply) -> VersionReply {
        guard options.connectionTime else {
            if !options.hidesNothing { report.keep("connection times") }
            return reply
        }
        report.replace(.time, isNew: true)
        let hidden = reply.connectionTime.map { $0.isNumber ? "0" : $0 }
        return VersionReply(
            serverVersion: reply.serverVersion, connectionTime: String(hidden))
    }

    // Helpers, in the order they are called.

    private mutating func rewritten(_ message: Message) -> Message {
        let plan = RedactionPlan.of(message.schema)
        var changed = message
        rewrite(&changed.values, plan, message.schema.items, message)
        if !message.surplus.isEmpty {
            changed.surplus = message.surplus.map { surplus in
                if surplus.string?.isEmpty == false, !isLearning {
                    report.cannotJudge("\(message.name), surplus fields")
                }
                return rewritten(surplus) ?? surplus
            }
        }
        if !message.extras.isEmpty {
            changed.extras = message.extras.map {
                if !isLearning { report.cannotJudge("\(message.name) +\($0.number)") }
                let bytes = rewritten($0.bytes[...], isCut: false, keepsLength: true)
                return ProtobufExtra(path: $0.path, number: $0.number, bytes: bytes)
            }
        }
        // The one account value whose content is an account.
        if options.accounts, !plan.accountItems.isEmpty, message["key"] == "AccountCode" {
            for index in plan.accountItems {
                changed.values[index] =
                    rewrittenList(message.values[index]) ?? message.values[index]
            }
        }
        guard let original = message.originalBytes else { return changed }
        // Bytes of their own order say what the fields do not.
        let bytes = rewritten(original[...], isCut: false, keepsLength: true)
        changed.originalBytes = changed.values == message.values ? bytes : nil
        return changed
    }

    private mutating func rewrite(
        _ values: inout [FieldValue], _ plan: RedactionPlan, _ items: [SchemaItem],
        _ message: Message
    ) {
        for index in plan.steps.indices where index < values.count {
            if case .group(let rows) = values[index] {
                guard let inner = plan.groups[index], case .group(let group) = items[index] else {
                    continue
                }
                values[index] = .group(
                    rows.map { row in
                        var row = row
                        rewrite(&row, inner, group.items, message)
                        return row
                    })
            } else if plan.steps[index].matters,
                let changed = rewritten(values[index], plan.steps[index], items[index], message)
            {
                values[index] = changed
            }
        }
    }

    // Below, nil means: it stays as it is.

    private mutating func rewritten(
        _ value: FieldValue, _ step: RedactionPlan.Step, _ item: SchemaItem, _ message: Message
    ) -> FieldValue? {
        guard let text = value.string, !text.isEmpty else { return nil }
        switch step.kind {
        case .account: return options.accounts ? rewrittenList(value) : nil
        case .name: return options.texts ? replaced(text, .name, "name") : rewritten(value)
        case .reference:
            return options.texts ? replaced(text, .reference, "ref") : rewritten(value)
        case .text: return options.texts ? replaced(text, .text, "text") : rewritten(value)
        case .amount: return amount(value, text, message)
        case .sentence:
            let changed = rewritten(value)
            if !isLearning, changed == nil { report.cannotJudge("\(message.name).\(item.name)") }
            return changed
        case nil:
            let changed = rewritten(value)
            if !isLearning, changed == nil, step.isDoubtful, text.utf8.contains(0x20) {
                report.cannotJudge("\(message.name).\(item.name)")
            }
            return changed
        }
    }

    /// A field that holds an account or several with commas between.
    private mutating func rewrittenList(_ value: FieldValue) -> FieldValue? {
        guard case .text(let text) = value else { return rewritten(value) }
        if let lastAccount, lastAccount.text == text, lastAccount.isReported || isLearning {
            if !isLearning { report.replace(.account, isNew: false) }
            return lastAccount.standIn
        }
        var parts: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bytes = Array(part.utf8)
            if bytes.count < 2 || part == "All" {
                parts.append(String(part))
            } else {
                parts.append(String(decoding: standIn(for: bytes), as: UTF8.self))
            }
        }
        let changed = FieldValue.text(parts.joined(separator: ","))
        if parts.count == 1, text != "All", text.utf8.count >= 2 {
            lastAccount = (text: text, standIn: changed, isReported: !isLearning)
        }
        return changed
    }

    private mutating func replaced(
        _ text: String, _ kind: RedactionReport.Kind, _ word: String
    ) -> FieldValue {
        .text(
            String(
                decoding: standIn(
                    for: Array(text.utf8), kind, word, keepsLength: options.keepsLengths),
                as: UTF8.self))
    }
}
