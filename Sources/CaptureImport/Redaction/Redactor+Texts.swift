import GatewayWire

/// Texts that may hold anything.
extension Redactor {
    // Below, nil means: it stays as it is.

    mutating func rewritten(_ value: FieldValue) -> FieldValue? {
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
    func mayChange(_ text: Span<UInt8>) -> Bool {
        let makeup = TextMakeup(text)
        if options.accounts, makeup.mayHoldAccount || hasNamedAccounts { return true }
        guard options.texts else { return false }
        return makeup.mayHoldPersonal
            || (!isLearning && makeup.hasSpace && !soughtWords.isEmpty)
    }

    /// Free text: addresses, telephone numbers, names met elsewhere, and accounts.
    mutating func rewritten(
        _ text: ArraySlice<UInt8>, isCut: Bool, keepsLength: Bool
    ) -> [UInt8] {
        guard options.texts else { return withoutAccounts(text, isCut: isCut) }
        var result: [UInt8] = []
        var rest = text
        let personal = PersonalText.found(in: text.span).map {
            let start = $0.range.lowerBound + text.startIndex
            return (range: start..<(start + $0.range.count), kind: Optional($0.kind))
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
            if isKnown || AccountShape.isAccount(bytes.span) {
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
}
