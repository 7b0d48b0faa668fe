/// What stands for accounts, names and the rest: the same for the same.
extension Redactor {
    mutating func standIn(for account: [UInt8]) -> [UInt8] {
        if !isLearning {
            let isNew = reported[account] == nil && reported.count < Self.maxOthers
            if isNew { reported[account] = .account }
            report.replace(.account, isNew: isNew)
        }
        if let known = standIns[account] { return known }
        let made = makeStandIn(for: account)
        standIns[account] = made
        if !AccountShape.isAccount(account.span) { hasNamedAccounts = true }
        report.standIns.append(String(decoding: made, as: UTF8.self))
        return made
    }

    private mutating func makeStandIn(for account: [UInt8]) -> [UInt8] {
        let letters = account.prefix { !AccountShape.isDigit($0) }
        let isPlain = AccountShape.isAccount(account.span)
        // `DU` and `U` tell paper from live and stay. A name that a user chose is replaced whole.
        let prefix = isPlain ? Array(letters) : []
        let size = account.count - prefix.count
        let kind = prefix + [UInt8(truncatingIfNeeded: size)]
        countByKind[kind, default: 0] += 1
        let digits = Array(String(countByKind[kind, default: 1]).utf8).suffix(size)
        let filler: UInt8 = isPlain ? 0x30 : UInt8(ascii: "X")
        return prefix + [UInt8](repeating: filler, count: size - digits.count) + digits
    }

    /// The stand-in of an account of which only the front is here.
    func known(beginningWith bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 3 else { return nil }
        let matching = standIns.filter { $0.key.starts(with: bytes) }
        return matching.min { $0.key.lexicographicallyPrecedes($1.key) }?.value
    }

    /// The stand-in of anything but an account: `ref-1`, `user1@example.com`.
    mutating func standIn(
        for original: [UInt8], _ kind: RedactionReport.Kind, _ word: String, keepsLength: Bool
    ) -> [UInt8] {
        let known = others[kind]?[original]
        if !isLearning {
            let isNew = reported[original] == nil
            report.replace(kind, isNew: isNew)
            if isNew, reported.count < Self.maxOthers { reported[original] = kind }
        }
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

    private static func fitted(_ bytes: [UInt8], _ size: Int, _ keepsLength: Bool) -> [UInt8] {
        guard keepsLength, bytes.count != size else { return bytes }
        // The end tells one stand-in from another.
        return bytes.count > size
            ? Array(bytes.suffix(size))
            : [UInt8](repeating: UInt8(ascii: "x"), count: size - bytes.count) + bytes
    }
}
