/// How a message's fields lie in its protobuf type, worked out once.
struct ProtobufPlan: Sendable {
    let root: ProtobufLevel
    let columns: [ProtobufColumn]
}

/// One protobuf type in its place within a message.
final class ProtobufLevel: Sendable {
    let typeName: String
    /// What coding wants to know of a field, in plain numbers: reading it counts no references.
    struct Step: Sendable {
        /// The type, when the field is a scalar whose text is one item's value as it is.
        let plainScalar: ProtobufScalar?
        let item: Int
        let repeats: Bool
        let isDoubtful: Bool
        /// A plain scalar that this item's value alone decides about.
        let standsAlone: Bool
        let since: Int
        /// Field number and wire type as they stand before the value.
        let tag: UInt32
        let holdsNumber: Bool
        let hasIntSentinel: Bool
    }

    /// In ascending field numbers.
    let fields: [ProtobufPlanField]
    /// As `fields`.
    let steps: [Step]
    /// Index in `fields` by field number, -1 where there is none.
    private let indexes: [Int16]

    init(typeName: String, fields: [ProtobufPlanField]) {
        self.typeName = typeName
        self.fields = fields
        steps = fields.map { field in
            guard case .scalar(let scalar, let target) = field.target, target.bit == nil,
                target.words.count != 2
            else {
                return Step(
                    plainScalar: nil, item: 0, repeats: field.target.repeats,
                    isDoubtful: field.isDoubtful, standsAlone: false, since: field.since,
                    tag: field.tag, holdsNumber: false, hasIntSentinel: false)
            }
            return Step(
                plainScalar: scalar, item: target.first, repeats: field.target.repeats,
                isDoubtful: field.isDoubtful,
                standsAlone: target.items.count == 1 && target.echoes == nil && !field.isAlways,
                since: field.since, tag: field.tag,
                holdsNumber: target.holdsNumber, hasIntSentinel: target.hasIntSentinel)
        }
        var indexes = [Int16](repeating: -1, count: (fields.last?.number ?? 0) + 1)
        for (index, field) in fields.enumerated() { indexes[field.number] = Int16(index) }
        self.indexes = indexes
    }

    func index(of number: Int) -> Int? {
        guard number < indexes.count, indexes[number] >= 0 else { return nil }
        return Int(indexes[number])
    }
}

/// One protobuf field: its number, and where in the values it belongs.
final class ProtobufPlanField: Sendable {
    enum Target: Sendable {
        case scalar(ProtobufScalar, ScalarTarget)
        /// A message whose fields stand among the outer message's own.
        case message(ProtobufLevel, presence: Int?)
        /// A repeated message, or a map's entries: a group.
        case rows(ProtobufLevel, group: Int, width: Int)
        /// A repeated scalar: a group with one field at `column` that matters.
        case list(ProtobufScalar, group: Int, column: Int, width: Int)
        /// A map kept as one text: `tag=value;` for each entry.
        case tagText(Int)
    }

    let number: Int
    let name: String
    let target: Target
    let since: Int
    let isAlways: Bool
    let conditions: [FieldCondition]
    /// Values may not tell everything about its bytes: decoding checks by encoding again.
    let isDoubtful: Bool

    /// Number and wire type, as they stand before the content.
    var tag: UInt32 {
        switch target {
        case .scalar(let scalar, _): scalar.tag(number)
        case .message, .rows, .list, .tagText: ProtobufScalar.string.tag(number)
        }
    }

    init(
        number: Int, name: String, target: Target, since: Int, isAlways: Bool,
        conditions: [FieldCondition], isAlternative: Bool
    ) {
        let isDoubtful =
            switch target {
            case .scalar(_, let scalar):
                scalar.bit != nil || scalar.words.count == 2 || scalar.items.count > 1
            case .tagText: true
            case .message, .rows, .list: false
            }
        self.isDoubtful = isDoubtful || isAlternative || !conditions.isEmpty
        self.number = number
        self.name = name
        self.target = target
        self.since = since
        self.isAlways = isAlways
        self.conditions = conditions
    }
}

/// Where a scalar's text goes.
final class ScalarTarget: Sendable {
    /// Positions in the values; namesakes exclude each other by their conditions.
    let items: [Int]
    let first: Int
    /// The bit of the number at `items` that a boolean is.
    let bit: Int?
    /// The texts for false and true.
    let words: [String]
    let holdsNumber: Bool
    /// Whether 2147483647 in a long means unset.
    let hasIntSentinel: Bool
    /// Where the same is said elsewhere in the message.
    let echoes: Int?

    init(
        items: [Int], bit: Int?, words: [String], holdsNumber: Bool, hasIntSentinel: Bool,
        echoes: Int?
    ) {
        self.items = items
        first = items[0]
        self.bit = bit
        self.words = words
        self.holdsNumber = holdsNumber
        self.hasIntSentinel = hasIntSentinel
        self.echoes = echoes
    }
}

/// A repeated message's field that the text form keeps in a group of its own.
struct ProtobufColumn: Sendable {
    let group: Int
    let item: Int
    let besideGroup: Int
    let besideItem: Int
    let besideWidth: Int
}

/// What a protobuf message carried beyond the schema's fields: an unknown field as it came, or an
/// empty message that was there nevertheless.
package struct ProtobufExtra: Hashable, Sendable {
    /// Field numbers from the root down; behind a repeated field's number, the row.
    package let path: [Int]
    package let number: Int
    /// Tag and content.
    package let bytes: [UInt8]

    package init(path: [Int], number: Int, bytes: [UInt8]) {
        self.path = path
        self.number = number
        self.bytes = bytes
    }
}

extension ProtobufExtra: CustomStringConvertible {
    /// Field numbers and rows from the root down, then the bytes: `3.105:ca0600`.
    package var description: String {
        (path + [number]).map(String.init).joined(separator: ".") + ":" + hexText(bytes)
    }
}

/// The bytes of a message that this encoder would write in another way.
package struct ProtobufOriginal: Hashable, Sendable {
    let bytes: [UInt8]
    /// The values that the bytes stand for.
    ///
    /// When these have changed, the bytes are not used.
    let values: [FieldValue]
}
