/// Reads a message's protobuf form into the same fields its text form has.
///
/// Memory is bounded: nesting is the schema's own, unknown fields stay bytes, and repeated items
/// together hold at most `maxCells` values.
struct ProtobufDecoder {
    static let maxCells = 2_000_000
    static let maxExtras = 10_000

    private var extras: [ProtobufExtra] = []
    private var isCanonical = true
    /// Whether the values are canonical shows when they are encoded again.
    private var isDoubtful = false
    private var cells = 0
    private var path: [Int] = []

    /// Decodes a frame's body, the four id bytes included.
    static func decode(_ body: Span<UInt8>, _ schema: MessageSchema) -> DecodeOutcome {
        guard let plan = schema.plan else {
            preconditionFailure("'\(schema.name)' has no protobuf form")
        }
        let payload = 4..<body.count
        var decoder = ProtobufDecoder()
        var message = Message(schema: schema)
        message.encoding = .protobuf
        do throws(ProtobufFault) {
            try decoder.read(payload, of: body, plan.root, into: &message.values)
        } catch {
            return .malformed(
                DecodeError(
                    reason: error.reason, message: schema.name, offset: error.index))
        }
        for column in plan.columns where column.take(from: &message.values) {
            decoder.isDoubtful = true
        }
        if !decoder.extras.isEmpty { message.extras = decoder.extras }
        if decoder.isCanonical && decoder.isDoubtful {
            var again: [UInt8] = []
            ProtobufEncoder.append(message, plan, serverVersion: 0, to: &again)
            decoder.isCanonical = again.span.isEqual(to: body.extracting(payload))
        }
        if !decoder.isCanonical {
            message.original = ProtobufOriginal(
                bytes: body.extracting(payload).array, values: message.values)
        }
        return .message(message)
    }

    private mutating func read(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ level: ProtobufLevel,
        into values: inout [FieldValue]
    ) throws(ProtobufFault) {
        var cursor = ProtobufCursor(range)
        var last = 0
        var seen: Set<Int> = []
        var isOrdered = true
        while !cursor.isAtEnd {
            let start = cursor.index
            let (number, type) = try cursor.tag(bytes)
            if number < last, isOrdered {
                isCanonical = false
                isOrdered = false
                seen = try Self.numbers(range.lowerBound..<start, of: bytes)
            }
            defer { last = max(last, number) }
            guard let index = level.index(of: number) else {
                try cursor.skip(type, bytes)
                keep(number, bytes.extracting(start..<cursor.index))
                continue
            }
            let step = level.steps[index]
            if step.isDoubtful { isDoubtful = true }
            let isFirst = isOrdered ? number != last : seen.insert(number).inserted
            guard isFirst || step.repeats else {
                throw ProtobufFault(
                    reason: .duplicateField(level.fields[index].name), index: start)
            }
            if let scalar = step.plainScalar, type == scalar.wireType {
                values[step.item] = .text(
                    try text(scalar, level.fields[index].name, &cursor, bytes))
                continue
            }
            let field = level.fields[index]
            try read(field, type, &cursor, bytes, tag: start, into: &values)
        }
        if cursor.sawPadding { isCanonical = false }
    }

    /// Field numbers present, looked up only when fields turn out not to ascend.
    private static func numbers(
        _ range: Range<Int>, of bytes: Span<UInt8>
    ) throws(ProtobufFault) -> Set<Int> {
        var numbers: Set<Int> = []
        var cursor = ProtobufCursor(range)
        while !cursor.isAtEnd {
            let (number, type) = try cursor.tag(bytes)
            try cursor.skip(type, bytes)
            numbers.insert(number)
        }
        return numbers
    }

    private mutating func keep(_ number: Int, _ bytes: Span<UInt8>) {
        guard extras.count < Self.maxExtras else {
            isCanonical = false
            return
        }
        extras.append(ProtobufExtra(path: path, number: number, bytes: bytes.array))
    }

    private mutating func read(
        _ field: ProtobufPlanField, _ type: WireType, _ cursor: inout ProtobufCursor,
        _ bytes: Span<UInt8>, tag: Int, into values: inout [FieldValue]
    ) throws(ProtobufFault) {
        func expect(_ wanted: WireType) throws(ProtobufFault) {
            guard type == wanted else {
                throw ProtobufFault(reason: .wireType(field: field.name, found: type), index: tag)
            }
        }
        switch field.target {
        case .scalar(let scalar, let target):
            try expect(scalar.wireType)
            try store(scalar, target, field.name, &cursor, bytes, into: &values)
        case .message(let level, let presence):
            try expect(.bytes)
            let content = try cursor.delimited(bytes)
            if let presence {
                values[presence] = .text("1")
            } else if content.isEmpty {
                keep(field.number, bytes.extracting(tag..<cursor.index))
            }
            path.append(field.number)
            defer { path.removeLast() }
            try read(content, of: bytes, level, into: &values)
        case .rows(let level, let group, let width):
            try expect(.bytes)
            let content = try cursor.delimited(bytes)
            var rows = try Self.takeRows(group, &values)
            var row = [FieldValue](repeating: .absent, count: width)
            try count(width, at: tag)
            path += [field.number, rows.count]
            defer { path.removeLast(2) }
            try read(content, of: bytes, level, into: &row)
            rows.append(row)
            values[group] = .group(rows)
        case .list(let scalar, let group, let column, let width):
            try readList(
                field, scalar, type, &cursor, bytes, tag: tag, into: &values,
                at: (group, column, width))
        case .tagText(let item):
            try expect(.bytes)
            let entry = try self.entry(try cursor.delimited(bytes), of: bytes, field.name)
            values[item] = .text((values[item].string ?? "") + entry)
        }
    }

    private mutating func count(_ width: Int, at index: Int) throws(ProtobufFault) {
        cells += width + 2
        guard cells <= Self.maxCells else {
            throw ProtobufFault(reason: .tooManyRows, index: index)
        }
    }

    /// Takes the rows out, so that they can grow without a copy.
    private static func takeRows(
        _ group: Int, _ values: inout [FieldValue]
    ) throws(ProtobufFault) -> [[FieldValue]] {
        guard case .group(let rows) = values[group] else { return [] }
        values[group] = .absent
        return rows
    }

    private mutating func readList(
        _ field: ProtobufPlanField, _ scalar: ProtobufScalar, _ type: WireType,
        _ cursor: inout ProtobufCursor, _ bytes: Span<UInt8>, tag: Int,
        into values: inout [FieldValue], at place: (group: Int, column: Int, width: Int)
    ) throws(ProtobufFault) {
        var rows = try Self.takeRows(place.group, &values)
        func row(_ text: String) -> [FieldValue] {
            var row = [FieldValue](repeating: .absent, count: place.width)
            row[place.column] = .text(text)
            return row
        }
        if type == .bytes && scalar != .string {
            if !rows.isEmpty { isCanonical = false }
            var packed = ProtobufCursor(try cursor.delimited(bytes))
            if packed.isAtEnd { isCanonical = false }
            while !packed.isAtEnd {
                try count(place.width, at: packed.index)
                rows.append(row(try text(scalar, field.name, &packed, bytes)))
            }
            if packed.sawPadding { isCanonical = false }
        } else {
            guard type == scalar.wireType else {
                throw ProtobufFault(reason: .wireType(field: field.name, found: type), index: tag)
            }
            if scalar != .string { isCanonical = false }
            try count(place.width, at: tag)
            rows.append(row(try text(scalar, field.name, &cursor, bytes)))
        }
        values[place.group] = .group(rows)
    }

    private mutating func store(
        _ scalar: ProtobufScalar, _ target: ScalarTarget, _ name: String,
        _ cursor: inout ProtobufCursor, _ bytes: Span<UInt8>, into values: inout [FieldValue]
    ) throws(ProtobufFault) {
        let text = try text(scalar, name, &cursor, bytes)
        let item = target.first
        if let bit = target.bit {
            let number = Int(values[item].string ?? "") ?? 0
            values[item] = .text(String(text == "1" ? number | 1 << bit : number))
        } else if target.words.count == 2 {
            values[item] = .text(target.words[text == "1" ? 1 : 0])
        } else {
            values[item] = .text(text)
        }
    }

    /// A scalar as text.
    private mutating func text(
        _ scalar: ProtobufScalar, _ name: @autoclosure () -> String,
        _ cursor: inout ProtobufCursor, _ bytes: Span<UInt8>
    ) throws(ProtobufFault) -> String {
        switch scalar {
        case .bool:
            let value = try cursor.varint(bytes)
            if value > 1 { isCanonical = false }
            return value == 0 ? "0" : "1"
        case .int32:
            let value = try cursor.varint(bytes)
            let number = Int32(truncatingIfNeeded: value)
            if UInt64(bitPattern: Int64(number)) != value { isCanonical = false }
            return String(number)
        case .int64:
            return String(Int64(bitPattern: try cursor.varint(bytes)))
        case .double:
            let number = Double(bitPattern: try cursor.fixed64(bytes))
            if number.isNaN && number.bitPattern != Double.nan.bitPattern { isCanonical = false }
            return number.wireText
        case .string:
            let start = cursor.index
            guard let text = bytes.extracting(try cursor.delimited(bytes)).text else {
                throw ProtobufFault(reason: .notUTF8(name()), index: start)
            }
            return text
        }
    }

    /// A map's entry as `tag=value;`.
    private mutating func entry(
        _ range: Range<Int>, of bytes: Span<UInt8>, _ name: String
    ) throws(ProtobufFault) -> String {
        var texts = ["", ""]
        var cursor = ProtobufCursor(range)
        while !cursor.isAtEnd {
            let start = cursor.index
            let (number, type) = try cursor.tag(bytes)
            guard number <= 2 else {
                try cursor.skip(type, bytes)
                continue
            }
            guard type == .bytes else {
                throw ProtobufFault(reason: .wireType(field: name, found: type), index: start)
            }
            texts[number - 1] = try text(.string, name, &cursor, bytes)
        }
        return "\(texts[0])=\(texts[1]);"
    }
}

extension ProtobufPlanField.Target {
    /// Whether the field may come more than once.
    var repeats: Bool {
        switch self {
        case .scalar, .message: false
        case .rows, .list, .tagText: true
        }
    }
}

extension Double {
    /// The number itself when it is a whole one; without the C library's help.
    var whole: Int64? {
        guard magnitude < 9e18 else { return nil }
        let truncated = Int64(self)
        return Double(truncated) == self ? truncated : nil
    }

    /// The number in millionths, when its `wireText` has at most fifteen digits, six behind the point.
    ///
    /// Of so short decimals no two are the same double, so the one found is the shortest.
    var millionths: Int64? {
        let scaled = self * 1_000_000
        guard magnitude >= 0.001, scaled.magnitude < 1e15 else { return nil }
        // Rounded without the C library's help.
        let whole = Int64(scaled + (scaled < 0 ? -0.5 : 0.5))
        return Double(whole) / 1_000_000 == self ? whole : nil
    }

    /// The shortest text that reads back as this number; whole numbers have no point.
    package var wireText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        guard let whole, magnitude < 1e15 else { return description }
        return self == 0 && sign == .minus ? "-0" : String(whole)
    }
}

extension ProtobufColumn {
    /// Moves the column into its own group.
    ///
    /// - Returns: False when no row has it.
    func take(from values: inout [FieldValue]) -> Bool {
        guard case .group(var rows) = values[group], rows.contains(where: { $0[item] != .absent })
        else { return false }
        var beside: [[FieldValue]] = []
        for index in rows.indices {
            var row = [FieldValue](repeating: .absent, count: besideWidth)
            row[besideItem] = rows[index][item]
            beside.append(row)
            rows[index][item] = .absent
        }
        values[group] = .group(rows)
        values[besideGroup] = .group(beside)
        return true
    }

    /// Puts the column back beside the rows it belongs to.
    func give(to values: inout [FieldValue]) {
        guard case .group(var rows) = values[group],
            case .group(let beside) = values[besideGroup]
        else { return }
        for index in rows.indices where index < beside.count && rows[index][item] == .absent {
            rows[index][item] = beside[index][besideItem]
        }
        values[group] = .group(rows)
    }
}
