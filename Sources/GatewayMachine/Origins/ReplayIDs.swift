package import GatewayWire
import Simulation

/// Maps what a recording calls things to what the live client calls them: ids of requests, orders
/// and clients, accounts, references and dates.
///
/// It learns them from matched messages. Dates move by whole days, and only where the client's own
/// request names a date.
package struct ReplayIDs: Sendable {
    /// How many pairs are kept for each role.
    static let maxCount = 65_536

    private var live: [FieldRole: [String: String]] = [:]
    private var references: [String: String] = [:]
    /// Days from the recorded dates to the live ones.
    private var days = 0

    package init() {}

    /// Whether a field holds a reference that the client made up and the gateway repeats.
    static func isReference(_ name: String) -> Bool {
        name == "order.orderRef" || name == "order.ocaGroup"
    }

    /// Learns the ids of a recorded message and of the live message that matches it.
    package mutating func learn(recorded: Message, live message: Message) {
        learn(recorded.schema.items, recorded.values, message.values)
    }

    /// The recorded message as the live client must see it.
    ///
    /// - Parameter common: What is known beyond this mapping, which goes first.
    package func applied(to message: Message, else common: ReplayIDs) -> Message {
        var changed = message
        changed.values = applied(
            message.schema.items, message.values, message.name, else: common)
        if changed.values != message.values { changed.originalBytes = nil }
        return changed
    }

    // Helpers, in the order they are called.

    private mutating func learn(
        _ items: [SchemaItem], _ recorded: [FieldValue], _ message: [FieldValue]
    ) {
        for (item, pair) in zip(items, zip(recorded, message)) {
            guard case .field(let field) = item, let old = pair.0.string, let new = pair.1.string,
                !old.isEmpty, !new.isEmpty
            else { continue }
            if Self.isReference(field.name), references.count < Self.maxCount {
                references[old] = new
            }
            guard let role = field.role, live[role, default: [:]].count < Self.maxCount else {
                continue
            }
            switch role {
            case .request, .order, .client:
                if Self.isID(old), Self.isID(new) { live[role, default: [:]][old] = new }
            case .account:
                live[role, default: [:]][old] = new
                let lists = (old.split(separator: ","), new.split(separator: ","))
                guard lists.0.count > 1, lists.0.count == lists.1.count else { continue }
                for (one, other) in zip(lists.0, lists.1) {
                    live[role, default: [:]][String(one)] = String(other)
                }
            case .time:
                live[role, default: [:]][old] = new
                if let from = CivilDay(frontOf: old), let to = CivilDay(frontOf: new) {
                    days = to.number - from.number
                }
            case .perm, .execution, .contract, .money: break
            }
        }
    }

    private func applied(
        _ items: [SchemaItem], _ values: [FieldValue], _ name: String, else common: ReplayIDs
    ) -> [FieldValue] {
        zip(items, values).map { item, value in
            switch (item, value) {
            case (.group(let group), .group(let rows)):
                return .group(rows.map { applied(group.items, $0, name, else: common) })
            case (.field(let field), .text(let old)):
                return .text(applied(to: old, field, name, else: common))
            case (.field, _), (.group, _): return value
            }
        }
    }

    private func applied(
        to old: String, _ field: FieldSchema, _ name: String, else common: ReplayIDs
    ) -> String {
        if Self.isReference(field.name) { return references[old] ?? common.references[old] ?? old }
        func known(_ role: FieldRole) -> String? {
            live[role]?[old] ?? common.live[role]?[old]
        }
        switch field.role {
        case .request: return known(.request) ?? (name == "error" ? known(.order) : nil) ?? old
        // The gateway chooses the first ids, and they are the same for both clients.
        case .order: return name == "nextValidId" ? old : known(.order) ?? old
        case .client: return known(.client) ?? old
        case .account:
            if let account = known(.account) { return account }
            guard old.contains(",") else { return old }
            let accounts = old.split(separator: ",", omittingEmptySubsequences: false)
            return accounts.map {
                live[.account]?[String($0)] ?? common.live[.account]?[String($0)] ?? String($0)
            }.joined(separator: ",")
        case .time:
            return known(.time) ?? Self.moved(old, by: days)
        case .perm, .execution, .contract, .money, nil: return old
        }
    }

    /// A date, or seconds or milliseconds since 1970, some days later.
    private static func moved(_ text: String, by days: Int) -> String {
        guard days != 0 else { return text }
        if let day = CivilDay(frontOf: text) {
            return CivilDay(number: day.number + days).text + text.dropFirst(8)
        }
        guard let moment = Int64(text), moment > 0 else { return text }
        switch text.utf8.count {
        case 10: return String(moment + Int64(days) * 86_400)
        case 13: return String(moment + Int64(days) * 86_400_000)
        default: return text
        }
    }

    /// An unset number and -1 ("no particular request") are not ids.
    private static func isID(_ text: String) -> Bool {
        guard let number = Int(text) else { return false }
        return number >= 0 && number != 2_147_483_647
    }
}

/// A day of the calendar, counted from 1970.
private struct CivilDay {
    let number: Int

    init(number: Int) {
        self.number = number
    }

    /// The day at the front of `20260115 14:31:07 UTC`; `nil` when there is none.
    init?(frontOf text: String) {
        let digits = text.utf8.prefix { (48...57).contains($0) }
        guard digits.count == 8, let value = Int(text.prefix(8)) else { return nil }
        let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100)
        guard (1900...2200).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        number = Int(UTCTime.days(year: Int64(year), month: Int64(month), day: Int64(day)))
    }

    /// `20260115`.
    var text: String {
        let (year, month, day) = UTCTime.civil(days: Int64(number))
        return String(year * 10_000 + month * 100 + day)
    }
}
