/// The protobuf form of a message for readers: what lies where, and what the schema calls it.
package struct ProtobufOutline: Sendable {
    /// One field of a protobuf type in its place within a message.
    package struct Field: Sendable {
        package let number: Int
        /// As the vendor's `.proto` files call it.
        package let name: String
        /// `int32`, `Contract`, `ComboLeg[]`, `map`.
        package let type: String
        /// The schema's name; `nil` when that field has none of its own.
        package let schemaName: String?
        /// Server version that first knows the field, when that is later than the message.
        package let since: Int?
        /// Whether only the protobuf form has it.
        package let isProtobufOnly: Bool
        /// Of a message, a repeated message or a map.
        package let fields: [Field]
    }

    package let type: String
    package let fields: [Field]
}

extension MessageSchema {
    /// `nil` for a message that is text at every version.
    package var protobufOutline: ProtobufOutline? {
        plan.map { ProtobufOutline(type: $0.root.typeName, fields: $0.root.outline(items)) }
    }
}

extension ProtobufLevel {
    fileprivate func outline(_ items: [SchemaItem]) -> [ProtobufOutline.Field] {
        fields.map { field in
            let leaf = field.name.split(separator: ".").last.map(String.init) ?? field.name
            let type: String
            var inner: [ProtobufOutline.Field] = []
            var item: SchemaItem?
            switch field.target {
            case .scalar(let scalar, let target):
                type = scalar.rawValue
                item = items[target.items[0]]
            case .message(let level, let presence):
                type = level.typeName
                item = presence.map { items[$0] }
                inner = level.outline(items)
            case .rows(let level, let group, _):
                type =
                    level.typeName == ProtobufTypeText.mapEntry.name ? "map" : "\(level.typeName)[]"
                item = items[group]
                inner = level.outline(Self.rowItems(items[group]))
            case .list(let scalar, let group, _, _):
                type = "\(scalar.rawValue)[]"
                item = items[group]
            case .tagText(let index):
                type = "map"
                item = items[index]
            }
            return ProtobufOutline.Field(
                number: field.number, name: leaf, type: type, schemaName: item?.name,
                since: field.since > 0 ? field.since : nil,
                isProtobufOnly: item.map { !$0.hasTextForm } ?? false, fields: inner)
        }
    }

    private static func rowItems(_ item: SchemaItem) -> [SchemaItem] {
        switch item {
        case .group(let group): group.items
        case .field: []
        }
    }
}
