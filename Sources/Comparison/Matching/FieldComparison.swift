package import GatewayWire

/// How a field of two messages differs.
package enum FieldDifference: String, Hashable, Sendable, CaseIterable {
    /// Filled in the recording, empty or absent in the other.
    case missing
    /// Empty or absent in the recording, filled in the other.
    case extra
    /// Both are filled, and a word, a code or a flag differs.
    case value
    /// Both are numbers or times, written in other ways.
    case form
    /// Sentences differ in more than numbers.
    case text
}

/// Compares messages of one kind field by field.
///
/// What is compared depends on what the schema says of a field:
///
/// - Presence is compared of every field. In protobuf an explicit zero differs from a field that is
///   left out.
/// - Ids of orders, requests, clients and accounts are equal, because the caller has mapped them.
///   Permanent ids, execution ids and con ids are only filled or empty.
/// - Whole numbers, flags and words are equal. Decimal numbers, prices and times agree in form.
/// - Texts are equal but for the numbers in them.
package struct FieldComparison: Sendable {
    package struct Found: Hashable, Sendable {
        /// `order.ocaType`, `bars[].date`.
        package let field: String
        package let kind: FieldDifference
        /// Forms, by which differences are grouped.
        package let recordedForm: String
        package let otherForm: String
        package let recorded: String
        package let other: String
    }

    package private(set) var found: [Found] = []
    package private(set) var comparedCount = 0
    private let isProtobuf: Bool
    /// Fields to look at; `nil` for all.
    private let wanted: Set<String>?
    /// Values of numbers and texts are compared, not only their forms.
    private let isExact: Bool

    /// - Parameter wanted: The only fields to be compared, when the rest is not the gateway's own.
    /// - Parameter isExact: Prices, sizes, times and texts must be equal; how they are written is not
    ///   looked at.
    package init(
        _ recorded: Message, _ other: Message, only wanted: Set<String>? = nil,
        isExact: Bool = false
    ) {
        self.isExact = isExact
        isProtobuf = recorded.encoding == .protobuf
        self.wanted = wanted
        guard recorded.schema === other.schema else { return }
        compare(recorded.schema.items, recorded.values, other.values, path: "")
        guard wanted == nil else { return }
        if recorded.encoding != other.encoding {
            add(
                "(encoding)", .value, recorded.encoding.rawValue, other.encoding.rawValue,
                recorded.encoding.rawValue, other.encoding.rawValue)
        }
        for extra in recorded.extras
        where !other.extras.contains(where: { Self.place($0) == Self.place(extra) }) {
            add(Self.place(extra), .missing, "filled", "absent", extra.description, "")
        }
    }

    // Helpers, in the order they are called.

    /// Where a field that the schema does not know stands: `+1.18`.
    private static func place(_ extra: ProtobufExtra) -> String {
        "+" + (extra.path + [extra.number]).map(String.init).joined(separator: ".")
    }

    private mutating func compare(
        _ items: [SchemaItem], _ recorded: [FieldValue], _ other: [FieldValue], path: String
    ) {
        for (index, item) in items.enumerated()
        where index < recorded.count && index < other.count && item.pairing != .protobufEcho {
            let name = path + item.name
            if let wanted, !wanted.contains(name) { continue }
            switch item {
            case .group(let group): compareRows(group, recorded[index], other[index], name)
            case .field(let field): compare(field, recorded[index], other[index], name)
            }
        }
    }

    private mutating func compareRows(
        _ group: GroupSchema, _ recorded: FieldValue, _ other: FieldValue, _ name: String
    ) {
        let ours = Self.rows(recorded)
        let theirs = Self.rows(other)
        comparedCount += 1
        if ours.isEmpty != theirs.isEmpty {
            add(
                name + "[]", ours.isEmpty ? .extra : .missing, ours.isEmpty ? "no rows" : "rows",
                theirs.isEmpty ? "no rows" : "rows", "\(ours.count) rows", "\(theirs.count) rows")
            return
        }
        for (row, otherRow) in zip(ours, theirs) {
            compare(group.items, row, otherRow, path: name + "[].")
        }
    }

    private static func rows(_ value: FieldValue) -> [[FieldValue]] {
        if case .group(let rows) = value { rows } else { [] }
    }

    private mutating func compare(
        _ field: FieldSchema, _ recorded: FieldValue, _ other: FieldValue, _ name: String
    ) {
        let one = recorded.string
        let two = other.string
        // In text nothing is left out: a field is empty instead.
        let ours = isProtobuf ? one : one ?? ""
        let theirs = isProtobuf ? two : two ?? ""
        if ours == nil && theirs == nil { return }
        comparedCount += 1
        let presence = (Self.presence(ours), Self.presence(theirs))
        guard presence.0 == "filled", presence.1 == "filled", let ours, let theirs else {
            guard presence.0 != presence.1 else { return }
            let isMissing = presence.1 == "absent" || presence.0 == "filled"
            let form = Self.form(of: field, isMissing ? ours ?? "" : theirs ?? "", isProtobuf)
            add(
                name, isMissing ? .missing : .extra,
                presence.0 == "filled" ? form : presence.0,
                presence.1 == "filled" ? form : presence.1, ours ?? "", theirs ?? "")
            return
        }
        compareFilled(field, ours, theirs, name)
    }

    private static func presence(_ text: String?) -> String {
        guard let text else { return "absent" }
        return text.isEmpty ? "empty" : "filled"
    }

    private mutating func compareFilled(
        _ field: FieldSchema, _ ours: String, _ theirs: String, _ name: String
    ) {
        let forms = (
            Self.form(of: field, ours, isProtobuf), Self.form(of: field, theirs, isProtobuf)
        )
        switch field.role {
        case .perm, .execution, .contract:
            if forms.0 != forms.1 { add(name, .value, forms.0, forms.1, ours, theirs) }
            return
        case .order, .request, .client, .account:
            if ours != theirs { add(name, .value, forms.0, forms.1, ours, theirs) }
            return
        case .time where isExact, .money where isExact:
            if !Self.isSame(ours, theirs) { add(name, .value, ours, theirs, ours, theirs) }
            return
        case .time:
            if forms.0 != forms.1 { add(name, .form, forms.0, forms.1, ours, theirs) }
            return
        case .money, nil: break
        }
        if isExact {
            if !Self.isSame(ours, theirs) { add(name, .value, ours, theirs, ours, theirs) }
            return
        }
        switch field.type {
        case .float, .decimal:
            if !ValueForm.agree(forms.0, forms.1) {
                add(name, .form, forms.0, forms.1, ours, theirs)
            }
        case .int, .long, .bool:
            if ours != theirs { add(name, .value, ours, theirs, ours, theirs) }
        case .string:
            guard ours != theirs else { return }
            if ValueForm.looksLikeDate(ours) || ValueForm.looksLikeDate(theirs) {
                if forms.0 != forms.1 { add(name, .form, forms.0, forms.1, ours, theirs) }
            } else if Double(ours) != nil, Double(theirs) != nil {
                if !ValueForm.agree(forms.0, forms.1) {
                    add(name, .form, forms.0, forms.1, ours, theirs)
                }
            } else if forms.0 != forms.1 {
                let isSentence = ours.contains(" ") || theirs.contains(" ")
                add(name, isSentence ? .text : .value, forms.0, forms.1, ours, theirs)
            }
        }
    }

    /// `1.50` and `1.5` are the same.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        if one == other { return true }
        guard let number = Double(one), let second = Double(other) else { return false }
        return number == second
    }

    private static func form(of field: FieldSchema, _ text: String, _ isProtobuf: Bool) -> String {
        switch field.role {
        case .perm, .execution, .contract, .order:
            return ["0", "-1", "2147483647"].contains(text) ? text : "id"
        case .request, .client: return text
        case .account: return "account"
        case .time where field.type == .string: return ValueForm.ofDates(text)
        case .time: return ValueForm.ofMoment(text)
        case .money, nil: break
        }
        switch field.type {
        case .float: return ValueForm.ofNumber(text, isSpelled: !isProtobuf)
        case .decimal: return ValueForm.ofNumber(text, isSpelled: true)
        case .int, .long, .bool: return text
        case .string:
            if ValueForm.looksLikeDate(text) { return ValueForm.ofDates(text) }
            if Double(text) != nil { return ValueForm.ofNumber(text, isSpelled: true) }
            return ValueForm.ofText(text)
        }
    }

    private mutating func add(
        _ field: String, _ kind: FieldDifference, _ recordedForm: String, _ otherForm: String,
        _ recorded: String, _ other: String
    ) {
        let difference = Found(
            field: field, kind: kind, recordedForm: recordedForm, otherForm: otherForm,
            recorded: recorded, other: other)
        if !found.contains(where: { $0.isLike(difference) }) { found.append(difference) }
    }
}

extension FieldComparison.Found {
    /// Rows of one group repeat the same difference.
    fileprivate func isLike(_ other: FieldComparison.Found) -> Bool {
        field == other.field && kind == other.kind && recordedForm == other.recordedForm
            && otherForm == other.otherForm
    }
}
