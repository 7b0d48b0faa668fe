/// What each item of a protobuf message is, found in its frame and not copied.
///
/// ```
/// item 0, item 1, …              a number, where a text stands, or the place of a group's record
/// first row, last row, count     a group's record
/// next row, item 0, item 1, …    one row; its place is that of item 0
/// ```
///
/// It knows messages as gateways and clients write them. For any other, among them every malformed
/// one, `read` returns false, and `ProtobufDecoder` has to say what is the matter.
package struct ProtobufTape: Sendable {
    private enum Form: UInt8 { case absent, whole, double, text, group, link }

    private struct Entry {
        var form = Form.absent
        /// The number or its bits; where a text stands, its end in the lower half; a place.
        var content: UInt64 = 0

        static let absent = Entry()

        static func whole(_ number: Int64) -> Entry {
            Entry(form: .whole, content: UInt64(bitPattern: number))
        }

        static func link(_ place: Int) -> Entry {
            Entry(form: .link, content: UInt64(place))
        }

        var place: Int { Int(content) }
    }

    private var entries: [Entry] = []
    /// Whether the fields tell everything shows only when they are encoded again.
    package private(set) var isDoubtful = false

    package init() {}

    /// Finds the fields of a frame's body, the four id bytes included.
    ///
    /// - Returns: False when that takes more care.
    package mutating func read(_ body: Span<UInt8>, _ schema: MessageSchema) -> Bool {
        guard let root = schema.planRoot else { return false }
        entries.removeAll(keepingCapacity: entries.capacity <= 65_536)
        isDoubtful = false
        let place = reserve(schema.itemCount)
        let isRead = root._withUnsafeGuaranteedRef { level in
            do throws(ProtobufFault) {
                return try walk(4..<body.count, of: body, level, at: place)
            } catch {
                return false
            }
        }
        return isRead && (!schema.hasColumns || isWithoutColumns(schema, at: place))
    }

    // Helpers, in the order they are called.

    /// Rows of such a group may have something that belongs into another one.
    private func isWithoutColumns(_ schema: MessageSchema, at place: Int) -> Bool {
        (schema.plan?.columns ?? []).allSatisfy { entries[place + $0.group].form == .absent }
    }

    /// Room for a scope's items, all of them absent.
    private mutating func reserve(_ count: Int) -> Int {
        let place = entries.count
        entries.append(contentsOf: repeatElement(.absent, count: count))
        return place
    }

    private mutating func walk(
        _ range: Range<Int>, of body: Span<UInt8>, _ level: ProtobufLevel, at place: Int
    ) throws(ProtobufFault) -> Bool {
        var cursor = ProtobufCursor(range)
        var last = 0
        while !cursor.isAtEnd {
            let (number, type) = try cursor.tag(body)
            guard number >= last, let index = level.index(of: number) else { return false }
            let step = level.steps[index]
            guard number > last || step.repeats else { return false }
            last = number
            if step.isDoubtful { isDoubtful = true }
            if let scalar = step.plainScalar {
                guard type == scalar.wireType, let entry = try Self.entry(scalar, &cursor, body)
                else { return false }
                entries[place + step.item] = entry
            } else if try !walk(level.fields[index], type, &cursor, body, at: place) {
                return false
            }
        }
        return !cursor.sawPadding
    }

    private static func entry(
        _ scalar: ProtobufScalar, _ cursor: inout ProtobufCursor, _ body: Span<UInt8>
    ) throws(ProtobufFault) -> Entry? {
        switch scalar {
        case .bool:
            let value = try cursor.varint(body)
            return value > 1 ? nil : .whole(Int64(value))
        case .int32:
            let number = Int64(bitPattern: try cursor.varint(body))
            return Int64(Int32(truncatingIfNeeded: number)) == number ? .whole(number) : nil
        case .int64: return .whole(Int64(bitPattern: try cursor.varint(body)))
        case .double:
            let bits = try cursor.fixed64(body)
            return Double(bitPattern: bits).isNaN ? nil : Entry(form: .double, content: bits)
        case .string:
            let range = try cursor.delimited(body)
            guard body.extracting(range).isASCII else { return nil }
            return Entry(
                form: .text,
                content: UInt64(range.lowerBound) << 32 | UInt64(range.upperBound))
        }
    }

    private mutating func walk(
        _ field: ProtobufPlanField, _ type: WireType, _ cursor: inout ProtobufCursor,
        _ body: Span<UInt8>, at place: Int
    ) throws(ProtobufFault) -> Bool {
        switch field.target {
        case .scalar(let scalar, let target):
            guard type == scalar.wireType, let bit = target.bit,
                let entry = try Self.entry(scalar, &cursor, body)
            else { return false }
            let item = place + target.first
            entries[item] = .whole(
                Int64(bitPattern: entries[item].content | entry.content << UInt64(bit)))
            return true
        case .message(let level, let presence):
            guard type == .bytes else { return false }
            let content = try cursor.delimited(body)
            if let presence {
                entries[place + presence] = .whole(1)
            } else if content.isEmpty {
                return false
            }
            return try walk(content, of: body, level, at: place)
        case .rows(let level, let group, let width):
            guard type == .bytes else { return false }
            let content = try cursor.delimited(body)
            guard let row = addRow(width, to: place + group) else { return false }
            return try walk(content, of: body, level, at: row)
        case .list(let scalar, let group, let column, let width):
            guard type == .bytes else { return false }
            guard scalar != .string else {
                guard let entry = try Self.entry(scalar, &cursor, body),
                    let row = addRow(width, to: place + group)
                else { return false }
                entries[row + column] = entry
                return true
            }
            guard entries[place + group].form == .absent else { return false }
            var packed = ProtobufCursor(try cursor.delimited(body))
            guard !packed.isAtEnd else { return false }
            while !packed.isAtEnd {
                guard let entry = try Self.entry(scalar, &packed, body),
                    let row = addRow(width, to: place + group)
                else { return false }
                entries[row + column] = entry
            }
            return !packed.sawPadding
        case .tagText: return false
        }
    }

    /// Room for another row of the group whose entry is at `group`; `nil` when there are too many.
    private mutating func addRow(_ width: Int, to group: Int) -> Int? {
        guard entries.count + width < ProtobufDecoder.maxCells else { return nil }
        let isFirst = entries[group].form == .absent
        if isFirst {
            let record = reserve(3)
            entries[group] = Entry(form: .group, content: UInt64(record))
            entries[record + 2] = .link(0)
        }
        let record = entries[group].place
        let row = reserve(width + 1) + 1
        if isFirst {
            entries[record] = .link(row)
        } else {
            entries[entries[record + 1].place - 1] = .link(row)
        }
        entries[record + 1] = .link(row)
        entries[record + 2] = .link(entries[record + 2].place + 1)
        return row
    }
}

extension ProtobufTape: PlacedFields {
    package var context: Void { () }

    @inline(__always)
    package func value(of item: Int, isGroup: Bool, at place: Int, _ context: Void) -> PlacedValue {
        let entry = entries[place + item]
        switch entry.form {
        case .absent, .link: return .absent
        case .whole: return .whole(Int64(bitPattern: entry.content))
        case .double: return .double(Double(bitPattern: entry.content))
        case .text: return .text(Int(entry.content >> 32)..<Int(entry.content & 0xFFFF_FFFF))
        case .group: return .rows(record: entry.place, count: entries[entry.place + 2].place)
        }
    }

    package func place(ofRow row: Int, after previous: Int, in record: Int) -> Int {
        entries[row == 0 ? record : previous - 1].place
    }
}
