import GatewayWire

/// Sparing messages that teach nothing a look at all their fields.
extension Redactor {
    /// Whether nothing can be learnt of a message that is not known.
    ///
    /// It looks at the message's bytes. Nearly all messages hold numbers, and accounts that came
    /// before.
    ///
    /// - Parameters:
    ///   - fields: The message's; it has nothing else.
    ///   - plan: The message's.
    ///   - isTold: Whether they tell its bytes.
    func knows<Fields: PlacedFields & ~Copyable>(
        _ fields: borrowing Fields, of body: Span<UInt8>, _ plan: RedactionPlan, isTold: Bool
    ) -> Bool {
        if options.hidesNothing { return true }
        guard knows(fields, fields.context, plan, at: 0, of: body), isTold || knows(text: body)
        else { return false }
        guard options.accounts, !plan.accountItems.isEmpty else { return true }
        // The one account value whose content is an account.
        for item in plan.amountItems {
            guard let key = Self.text(item, of: fields, in: body) else { continue }
            guard body.extracting(key).holds("AccountCode") else { return true }
        }
        return plan.accountItems.allSatisfy { item in
            Self.text(item, of: fields, in: body).map { knows(accounts: body.extracting($0)) }
                ?? true
        }
    }

    // Helpers, in the order they are called.

    private func knows<Fields: PlacedFields & ~Copyable>(
        _ fields: borrowing Fields, _ context: Fields.Context, _ plan: RedactionPlan,
        at place: Int, of body: Span<UInt8>
    ) -> Bool {
        for item in plan.teachingItems {
            if let rows = plan.groupHandles[item] {
                guard
                    case .rows(let record, let count) = fields.value(
                        of: item, isGroup: true, at: place, context)
                else { continue }
                var row = 0
                for index in 0..<count {
                    row = fields.place(ofRow: index, after: row, in: record)
                    let isKnown = rows._withUnsafeGuaranteedRef {
                        knows(fields, context, $0, at: row, of: body)
                    }
                    if !isKnown { return false }
                }
            } else {
                switch fields.value(of: item, isGroup: false, at: place, context) {
                case .absent, .rows, .noRows: continue
                case .whole, .double:
                    // A number tells nothing by itself.
                    guard plan.steps[item].kind.isAmountAtMost else { return false }
                case .text(let range):
                    guard range.isEmpty || knows(body.extracting(range), plan.steps[item].kind)
                    else { return false }
                }
            }
        }
        return true
    }

    private func knows(_ text: Span<UInt8>, _ kind: SensitiveField?) -> Bool {
        switch kind {
        case .account: !options.accounts || knows(accounts: text)
        case .name: options.texts ? knows(text, .name) : knows(text: text)
        case .reference: options.texts ? knows(text, .reference) : knows(text: text)
        case .text: options.texts ? knows(text, .text) : knows(text: text)
        case .amount: text.shortDecimal != nil || knows(text: text)
        case .sentence, nil: knows(text: text)
        }
    }

    private func knows(accounts text: Span<UInt8>) -> Bool {
        if let lastAccount, text.isEqual(to: lastAccount.text.utf8.span) { return true }
        return text.copied(0..<text.count).split(separator: UInt8(ascii: ",")).allSatisfy { part in
            part.count < 2 || part.elementsEqual("All".utf8) || standIns[Array(part)] != nil
        }
    }

    private func knows(_ text: Span<UInt8>, _ kind: RedactionReport.Kind) -> Bool {
        others[kind]?[text.copied(0..<text.count)] != nil
    }

    private func knows(text: Span<UInt8>) -> Bool {
        let makeup = TextMakeup(text)
        if options.accounts, makeup.mayHoldAccount {
            for range in AccountShape.found(in: text)
            where standIns[text.copied(range)] == nil {
                return false
            }
        }
        return !options.texts || !makeup.mayHoldPersonal || PersonalText.found(in: text).isEmpty
    }

    /// Where the text of one of the message's own items stands.
    static func text<Fields: PlacedFields & ~Copyable>(
        _ item: Int, of fields: borrowing Fields, in body: Span<UInt8>
    ) -> Range<Int>? {
        guard
            case .text(let range) = fields.value(
                of: item, isGroup: false, at: 0, fields.context)
        else { return nil }
        return range
    }
}

extension SensitiveField? {
    /// Whether a number gives away nothing but an amount.
    fileprivate var isAmountAtMost: Bool {
        switch self {
        case .amount, .sentence, nil: true
        case .account, .name, .reference, .text: false
        }
    }
}
