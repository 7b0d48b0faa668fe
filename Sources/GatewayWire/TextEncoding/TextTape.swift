/// Which field each item of a message is, after a walk over the message's layout.
///
/// ```
/// item 0, item 1, …          a field's index, `absent`, or for a group the place of its record
/// count's field, rows, place of row 0, place of row 1, …     a group's record
/// item 0, item 1, …          one row
/// ```
struct TextTape: Sendable {
    static let absent: Int32 = -1

    private var entries: [Int32] = []
    private var legacyField = 0
    /// The field that stands first in a flat scope.
    private var firstField = 0
    /// The field behind the last one that belongs to an item.
    private(set) var end = 0

    /// The old per-message version's field, where there is one.
    var legacyVersion: Int? { legacyField < firstField ? legacyField : nil }

    /// Begins with another message; if its layout is flat, this is all there is to note.
    mutating func begin(_ shape: TextLayouts.Shape, from field: Int) {
        legacyField = field
        firstField = shape.hasLegacyVersion ? field + 1 : field
        end = firstField + max(0, Int(shape.fieldCount))
    }

    /// Verifies that the fields are a message of this layout, and notes which is which.
    ///
    /// - Returns: What is wrong with them, and where.
    mutating func lay(
        _ layout: TextLayout, over fields: borrowing TextFields, of body: Span<UInt8>
    ) -> (reason: DecodeError.Reason, offset: Int)? {
        if firstField > fields.count {
            return (missing("version", fields, body), fields.end)
        }
        if layout.scope.isFlat {
            if end > fields.count {
                let step = layout.scope.steps[fields.count - firstField]
                let name = layout.scope.content.name(of: step.item)
                return (missing(name, fields, body), fields.end)
            }
        } else {
            entries.removeAll(keepingCapacity: entries.capacity <= 65_536)
            var walk = Walk(entries: entries, next: firstField, fieldCount: fields.count)
            entries = []
            let root = walk.reserve(layout.scope.itemCount)
            let failure = walk.walk(layout.scope, at: root, fields, body)
            entries = walk.entries
            end = walk.next
            switch failure {
            case nil: break
            case .missing(let name): return (missing(name, fields, body), fields.end)
            case .count(let name, let field):
                let text = body.extracting(fields.range(of: field)).array.prefix(32)
                let found = String(decoding: text, as: UTF8.self)
                return (.countOutOfRange(field: name, found: found), fields.offset(of: field))
            }
        }
        return fields.end == body.count ? nil : (.unterminatedField, fields.end)
    }

    /// The first field that is not there, or not whole.
    private func missing(
        _ name: String, _ fields: borrowing TextFields, _ body: Span<UInt8>
    ) -> DecodeError.Reason {
        fields.end == body.count ? .missingField(name) : .unterminatedField
    }
}

extension TextTape {
    private struct Walk {
        var entries: [Int32]
        var next: Int
        let fieldCount: Int

        enum Failure {
            case missing(String)
            case count(String, field: Int)
        }

        /// Room for a scope's items, all of them absent.
        mutating func reserve(_ count: Int) -> Int {
            let place = entries.count
            entries.append(contentsOf: repeatElement(TextTape.absent, count: count))
            return place
        }

        mutating func walk(
            _ scope: TextScope, at place: Int, _ fields: borrowing TextFields, _ body: Span<UInt8>
        ) -> Failure? {
            for index in scope.steps.indices {
                let step = scope.steps[index]
                guard step.conditions.isEmpty || holds(step.conditions, scope, place, fields, body),
                    step.whenRemaining == 0 || fieldCount - next >= step.whenRemaining
                else { continue }
                guard next < fieldCount else { return .missing(scope.content.name(of: step.item)) }
                if step.group < 0 {
                    entries[place + step.item] = Int32(truncatingIfNeeded: next)
                    next += 1
                    continue
                }
                entries[place + step.item] = Int32(truncatingIfNeeded: entries.count)
                let failure = scope.withGroup(step.group) { group in
                    walkRows(group, of: scope, step.item, fields, body)
                }
                if let failure { return failure }
            }
            return nil
        }

        private mutating func walkRows(
            _ scope: TextScope, of parent: TextScope, _ item: Int, _ fields: borrowing TextFields,
            _ body: Span<UInt8>
        ) -> Failure? {
            let countField = next
            let text = body.extracting(fields.range(of: countField))
            next += 1
            var rows = 0
            if !text.isUnusedCount {
                guard text.isPlainNumber, let count = text.integer, count <= fieldCount - next,
                    entries.count + count * (scope.itemCount + 1) <= MessageScanner.maxFields
                else { return .count(parent.content.name(of: item), field: countField) }
                rows = count
            }
            let record = reserve(2 + rows)
            entries[record] = Int32(truncatingIfNeeded: countField)
            entries[record + 1] = Int32(truncatingIfNeeded: rows)
            for row in 0..<rows {
                let place = reserve(scope.itemCount)
                entries[record + 2 + row] = Int32(truncatingIfNeeded: place)
                if let failure = walk(scope, at: place, fields, body) { return failure }
            }
            return nil
        }

        private func holds(
            _ conditions: Range<Int>, _ scope: TextScope, _ place: Int,
            _ fields: borrowing TextFields, _ body: Span<UInt8>
        ) -> Bool {
            for index in conditions {
                let isTrue = scope.content.withCondition(index) { holds($0, place, fields, body) }
                if !isTrue { return false }
            }
            return true
        }

        private func holds(
            _ condition: TextCondition, _ place: Int, _ fields: borrowing TextFields,
            _ body: Span<UInt8>
        ) -> Bool {
            var next = condition.sources.count
            while next > 0 {
                next -= 1
                let source = condition.sources[next]
                let entry = Int(entries[place + source.item])
                guard entry >= 0 else { continue }
                guard source.isCount else {
                    return condition.test.holds(for: body.extracting(fields.range(of: entry)))
                }
                // However an unused count is written, it is none.
                guard entries[entry + 1] > 0 else {
                    return condition.test.holds(for: "0".utf8.span)
                }
                let range = fields.range(of: Int(entries[entry]))
                return condition.test.holds(for: body.extracting(range))
            }
            return condition.test.holds(for: "".utf8.span)
        }
    }
}

/// Reading the tape.
extension TextTape {
    /// A group's count, and where its rows are.
    func group(_ record: Int) -> (countField: Int, places: ArraySlice<Int32>) {
        let rows = Int(entries[record + 1])
        return (Int(entries[record]), entries[(record + 2)..<(record + 2 + rows)])
    }

    /// A group's count field and the number of its rows.
    func count(_ record: Int) -> (field: Int, rows: Int) {
        (Int(entries[record]), Int(entries[record + 1]))
    }

    /// Where a row of a group is.
    func place(ofRow row: Int, in record: Int) -> Int { Int(entries[record + 2 + row]) }

    /// What stands for an item of the row, or message, at `place`.
    func entry(_ item: Int, of scope: TextScope, at place: Int) -> Int? {
        if place == 0, scope.isFlat {
            let entry = scope.flatTape[item]
            return entry == Self.absent ? nil : firstField + Int(entry)
        }
        let entry = entries[place + item]
        return entry == Self.absent ? nil : Int(entry)
    }
}
