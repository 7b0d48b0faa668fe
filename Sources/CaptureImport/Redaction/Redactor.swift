package import GatewayWire

/// What an import hides.
package struct RedactionOptions: Hashable, Sendable {
    /// Account ids, replaced by stand-ins of the same length and kind.
    package var accounts = true
    /// Names that users chose, order references, and what people wrote, with e-mail addresses and
    /// telephone numbers in any text.
    package var texts = true
    /// What balances and quantities are multiplied by, so that sums and products with prices stay
    /// right; `nil` keeps them.
    package var amountFactor: Int?
    /// Stand-ins have the length of what they stand for.
    package var keepsLengths = false
    /// The gateway's connection time in the version reply, and the recording's own times.
    package var connectionTime = false

    package init() {}

    package static let nothing: RedactionOptions = {
        var options = RedactionOptions()
        options.accounts = false
        options.texts = false
        return options
    }()

    var hidesNothing: Bool { !accounts && !texts && amountFactor == nil }
}

/// Replaces what tells who was recorded.
///
/// The same original always gets the same stand-in, so that relations stay. What a field may give
/// away comes from the schema (`SensitiveField`); accounts are also known by their shape
/// (`DU1234567`) in any text, addresses and telephone numbers by theirs. It has to see all messages
/// (`learn`) before it rewrites the first.
package struct Redactor: Sendable {
    private let options: RedactionOptions
    private var standIns: [[UInt8]: [UInt8]] = [:]
    /// Some of them do not look like accounts.
    private var hasNamedAccounts = false
    /// The account met last, and whether the report tells of it.
    private var lastAccount: (text: String, standIn: FieldValue, isReported: Bool)?
    private var countByKind: [[UInt8]: Int] = [:]
    /// Stand-ins of other things than accounts.
    private var others: [RedactionReport.Kind: [[UInt8]: [UInt8]]] = [:]
    /// Originals that are looked for inside sentences.
    private var soughtWords: [[UInt8]] = []
    private static let maxSought = 256
    private static let maxOthers = 100_000
    /// While it learns, nothing is reported.
    private var isLearning = false
    package private(set) var report = RedactionReport()

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

    /// The stand-in of anything but an account: `ref-1`, `user1@example.com`.
    private mutating func standIn(
        for original: [UInt8], _ kind: RedactionReport.Kind, _ word: String, keepsLength: Bool
    ) -> [UInt8] {
        let known = others[kind]?[original]
        if !isLearning { report.replace(kind, isNew: !reported.contains(original)) }
        if !isLearning, reported.count < Self.maxOthers { reported.insert(original) }
        if let known { return Self.fitted(known, original.count, keepsLength) }
        let count = others[kind, default: [:]].count + 1
        var made = Array("\(word)-\(count)".utf8)
        if kind == .address { made = Array("user\(count)@example.com".utf8) }
        if kind == .telephone {
            made = original.map { AccountShape.isDigit($0) ? 0x30 : $0 }
        }
        if count <= Self.maxOthers { others[kind, default: [:]][original] = made }
        if kind == .name || kind == .reference, original.count >= 5,
            soughtWords.count < Self.maxSought
        {
            soughtWords.append(original)
        }
        return Self.fitted(made, original.count, keepsLength)
    }

    private var reported: Set<[UInt8]> = []

    private static func fitted(_ bytes: [UInt8], _ size: Int, _ keepsLength: Bool) -> [UInt8] {
        guard keepsLength, bytes.count != size else { return bytes }
        // The end tells one stand-in from another.
        return bytes.count > size
            ? Array(bytes.suffix(size))
            : [UInt8](repeating: UInt8(ascii: "x"), count: size - bytes.count) + bytes
    }

    private mutating func amount(
        _ value: FieldValue, _ text: String, _ message: Message
    ) -> FieldValue? {
        guard let number = text.utf8.span.shortDecimal ?? Double(text), number != 0,
            abs(number) < 1e300, number != 2_147_483_647, !isRatio(message)
        else { return rewritten(value) }
        guard let factor = options.amountFactor else {
            if !isLearning { report.keep("balances and quantities") }
            return nil
        }
        guard let scaled = Self.scaled(text, by: factor) else {
            if !isLearning { report.cannotJudge("\(message.name), an amount") }
            return nil
        }
        if !isLearning { report.replace(.amount, isNew: true) }
        return .text(scaled)
    }

    private func isRatio(_ message: Message) -> Bool {
        for item in RedactionPlan.of(message.schema).amountItems {
            guard let word = message.values[item].string else { continue }
            return Self.ratios.contains { word.holds(part: $0) }
        }
        return false
    }

    /// Account values that are no amounts.
    private static let ratios = [
        "Leverage", "Cushion", "ExchangeRate", "DayTrades", "Time", "Segment", "Ready", "Type",
        "WhatIf",
    ]

    /// A decimal number times a whole one, with as many decimals.
    private static func scaled(_ text: String, by factor: Int) -> String? {
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "-" || $0 == "+" }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, digits.utf8.count <= 18,
            parts.allSatisfy({ $0.utf8.allSatisfy(AccountShape.isDigit) }),
            let number = Int64(parts.joined())
        else {
            // Unrounded doubles and exponents have no exact decimals to keep.
            return Double(text).map { "\($0 * Double(factor))" }
        }
        let (product, overflows) = number.multipliedReportingOverflow(by: Int64(factor))
        guard !overflows else { return nil }
        guard parts.count == 2 else { return (isNegative ? "-" : "") + "\(product)" }
        let decimals = parts[1].utf8.count
        var all = "\(product)"
        if all.utf8.count <= decimals {
            all = String(repeating: "0", count: decimals + 1 - all.utf8.count) + all
        }
        return (isNegative ? "-" : "") + all.dropLast(decimals) + "." + all.suffix(decimals)
    }

    private mutating func rewritten(_ value: FieldValue) -> FieldValue? {
        switch value {
        case .text(let text):
            guard mayChange(text.utf8.span) else { return nil }
            let bytes = Array(text.utf8)
            let changed = rewritten(
                bytes[...], isCut: false, keepsLength: options.keepsLengths)
            return changed == bytes ? nil : .text(String(decoding: changed, as: UTF8.self))
        case .bytes(let bytes):
            let changed = rewritten(bytes[...], isCut: false, keepsLength: true)
            return changed == bytes ? nil : .bytes(changed)
        case .absent, .group: return nil
        }
    }

    /// Whether there may be something to replace in a free text.
    private func mayChange(_ text: Span<UInt8>) -> Bool {
        let makeup = TextMakeup(text)
        if options.accounts, makeup.mayHoldAccount || hasNamedAccounts { return true }
        guard options.texts else { return false }
        return makeup.mayHoldPersonal
            || (!isLearning && makeup.hasSpace && !soughtWords.isEmpty)
    }

    /// Free text: addresses, telephone numbers, names met elsewhere, and accounts.
    private mutating func rewritten(
        _ text: ArraySlice<UInt8>, isCut: Bool, keepsLength: Bool
    ) -> [UInt8] {
        guard options.texts else { return withoutAccounts(text, isCut: isCut) }
        var result: [UInt8] = []
        var rest = text
        let personal = PersonalText.found(in: text).map {
            (range: $0.range, kind: Optional($0.kind))
        }
        let all = (personal + sought(in: text)).sorted {
            $0.range.lowerBound < $1.range.lowerBound
        }
        for found in all {
            guard found.range.lowerBound >= rest.startIndex else { continue }
            result += withoutAccounts(rest[..<found.range.lowerBound], isCut: false)
            let original = Array(text[found.range])
            switch found.kind {
            case .address?: result += standIn(for: original, .address, "", keepsLength: keepsLength)
            case .telephone?:
                result += standIn(for: original, .telephone, "", keepsLength: true)
            case nil:
                let kind: RedactionReport.Kind =
                    others[.name]?[original] != nil ? .name : .reference
                result += standIn(for: original, kind, "", keepsLength: keepsLength)
            }
            rest = rest[found.range.upperBound...]
        }
        return result + withoutAccounts(rest, isCut: isCut)
    }

    /// Names and references that were met in fields of their own.
    private func sought(
        in text: ArraySlice<UInt8>
    ) -> [(range: Range<Int>, kind: PersonalText.Kind?)] {
        guard !isLearning, text.count >= 5, text.contains(0x20) else { return [] }
        var found: [(range: Range<Int>, kind: PersonalText.Kind?)] = []
        for word in soughtWords where word.count <= text.count {
            for start in text.startIndex...(text.endIndex - word.count)
            where text[start] == word[0] && text[start..<(start + word.count)].elementsEqual(word) {
                found.append((start..<(start + word.count), nil))
            }
        }
        return found
    }

    /// Every word that is an account, known or by its shape.
    private mutating func withoutAccounts(_ text: ArraySlice<UInt8>, isCut: Bool) -> [UInt8] {
        guard options.accounts else { return Array(text) }
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var rest = text
        while let first = rest.first {
            let word = rest.prefix { AccountShape.isWordByte($0) }
            guard !word.isEmpty else {
                result.append(first)
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst(word.count)
            let bytes = Array(word)
            let isKnown = bytes.count >= 5 && standIns[bytes] != nil
            if isKnown || AccountShape.isAccount(bytes) {
                result += standIn(for: bytes)
            } else if isCut && rest.isEmpty, let whole = known(beginningWith: bytes) {
                if !isLearning { report.replace(.account, isNew: false) }
                result += whole.prefix(bytes.count)
            } else {
                result += bytes
            }
        }
        return result
    }

    /// The stand-in of an account of which only the front is here.
    private func known(beginningWith bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 3 else { return nil }
        let matching = standIns.filter { $0.key.starts(with: bytes) }
        return matching.min { $0.key.lexicographicallyPrecedes($1.key) }?.value
    }

    private mutating func standIn(for account: [UInt8]) -> [UInt8] {
        if !isLearning {
            let isNew = reported.count < Self.maxOthers && reported.insert(account).inserted
            report.replace(.account, isNew: isNew)
        }
        if let known = standIns[account] { return known }
        let made = makeStandIn(for: account)
        standIns[account] = made
        if !AccountShape.isAccount(account) { hasNamedAccounts = true }
        report.standIns.append(String(decoding: made, as: UTF8.self))
        return made
    }

    private mutating func makeStandIn(for account: [UInt8]) -> [UInt8] {
        let letters = account.prefix { !AccountShape.isDigit($0) }
        let isPlain = AccountShape.isAccount(account)
        // `DU` and `U` tell paper from live and stay. A name that a user chose is replaced whole.
        let prefix = isPlain ? Array(letters) : []
        let size = account.count - prefix.count
        let kind = prefix + [UInt8(truncatingIfNeeded: size)]
        countByKind[kind, default: 0] += 1
        let digits = Array(String(countByKind[kind, default: 1]).utf8).suffix(size)
        let filler: UInt8 = isPlain ? 0x30 : UInt8(ascii: "X")
        return prefix + [UInt8](repeating: filler, count: size - digits.count) + digits
    }
}
