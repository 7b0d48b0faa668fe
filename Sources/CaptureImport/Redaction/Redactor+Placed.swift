import EventLog
import GatewayWire

/// What takes the place of a message's texts, and what the report is to tell of it.
struct PlacedRedaction {
    /// In the order of the message's items; stand-ins of accounts.
    fileprivate(set) var replacements: [TranscriptText.Replacement] = []
    /// Balances and quantities that stay.
    fileprivate var keptCount = 0
    /// Fields whose texts could hold anything.
    fileprivate var doubtful: [String] = []
}

/// Redacting nearly every message where it stands, without copying its fields.
extension Redactor {
    /// Looks what `redact` would do to a message.
    ///
    /// - Parameters:
    ///   - fields: The message's; it has nothing else, and they tell its bytes.
    /// - Returns: `nil` when that takes more care.
    func look<Fields: PlacedFields & ~Copyable>(
        at fields: borrowing Fields, of body: Span<UInt8>, _ schema: MessageSchema
    ) -> PlacedRedaction? {
        var found = PlacedRedaction()
        if options.hidesNothing { return found }
        let plan = RedactionPlan.of(schema)
        guard plan.canTeach else { return found }
        var isRatio = false
        for item in plan.amountItems {
            guard let range = Self.text(item, of: fields, in: body) else { continue }
            let word = body.extracting(range)
            if !plan.accountItems.isEmpty, word.holds("AccountCode") { return nil }
            isRatio = Self.isRatio(Self.string(word))
            break
        }
        guard look(at: fields, fields.context, plan, schema, 0, of: body, isRatio, &found) else {
            return nil
        }
        return found
    }

    /// Reports what has been redacted.
    mutating func count(_ redaction: PlacedRedaction) {
        if redaction.keptCount > 0 { report.keep("balances and quantities", redaction.keptCount) }
        for field in redaction.doubtful { report.cannotJudge(field) }
        for _ in redaction.replacements { report.replace(.account, isNew: false) }
    }

    // Helpers, in the order they are called.

    private func look<Fields: PlacedFields & ~Copyable>(
        at fields: borrowing Fields, _ context: Fields.Context, _ plan: RedactionPlan,
        _ schema: MessageSchema, _ place: Int, of body: Span<UInt8>, _ isRatio: Bool,
        _ found: inout PlacedRedaction
    ) -> Bool {
        for item in plan.teachingItems {
            let rows = plan.groups[item]
            switch fields.value(of: item, isGroup: rows != nil, at: place, context) {
            case .absent, .noRows: continue
            case .rows(let record, let count):
                guard let rows else { return false }
                var row = 0
                for index in 0..<count {
                    row = fields.place(ofRow: index, after: row, in: record)
                    guard
                        look(
                            at: fields, context, rows, schema, row, of: body, isRatio, &found)
                    else { return false }
                }
            case .whole(let number):
                guard keeps(Double(number), plan.steps[item], isRatio, &found) else { return false }
            case .double(let number):
                guard keeps(number, plan.steps[item], isRatio, &found) else { return false }
            case .text(let range):
                let step = plan.steps[item]
                let text = body.extracting(range)
                if text.isEmpty { continue }
                guard look(at: text, range, step, isRatio, &found) else { return false }
                if step.kind == .sentence || step.kind == nil && step.isDoubtful && text.hasSpace {
                    guard let name = Self.name(of: item, place, schema) else { return false }
                    found.doubtful.append("\(schema.name).\(name)")
                }
            }
        }
        return true
    }

    /// A number, which is an amount if anything.
    private func keeps(
        _ number: Double, _ step: RedactionPlan.Step, _ isRatio: Bool,
        _ found: inout PlacedRedaction
    ) -> Bool {
        switch step.kind {
        case .sentence, nil: return true
        case .account, .name, .reference, .text: return false
        case .amount:
            guard Self.isAmount(number), !isRatio else { return true }
            found.keptCount += 1
            return options.amountFactor == nil
        }
    }

    private func look(
        at text: Span<UInt8>, _ range: Range<Int>, _ step: RedactionPlan.Step, _ isRatio: Bool,
        _ found: inout PlacedRedaction
    ) -> Bool {
        switch step.kind {
        case .account where options.accounts:
            guard let lastAccount, lastAccount.isReported,
                text.isEqual(to: lastAccount.text.utf8.span),
                case .text(let standIn) = lastAccount.standIn
            else { return false }
            found.replacements.append(
                TranscriptText.Replacement(range: range, text: Array(standIn.utf8)))
            return true
        case .account: return true
        case .name where options.texts, .reference where options.texts, .text where options.texts:
            return false
        case .amount:
            guard let number = text.shortDecimal ?? Double(Self.string(text)),
                Self.isAmount(number), !isRatio
            else { return stays(text) }
            found.keptCount += 1
            return options.amountFactor == nil
        case .name, .reference, .text, .sentence, nil: return stays(text)
        }
    }

    /// Whether there is nothing to replace in a free text.
    private func stays(_ text: Span<UInt8>) -> Bool {
        guard mayChange(text) else { return true }
        return (!options.accounts || !hasNamedAccounts && AccountShape.found(in: text).isEmpty)
            && (!options.texts || PersonalText.found(in: text).isEmpty)
            && (soughtWords.isEmpty || !text.hasSpace)
    }

    private static func string(_ text: Span<UInt8>) -> String {
        text.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The name of an item of the message itself.
    private static func name(of item: Int, _ place: Int, _ schema: MessageSchema) -> String? {
        place == 0 && item < schema.items.count ? schema.items[item].name : nil
    }
}

extension Span<UInt8> {
    fileprivate var hasSpace: Bool {
        for index in indices where self[index] == 0x20 { return true }
        return false
    }
}
