/// Which way a message travels.
package enum Direction: String, Hashable, Sendable, CaseIterable {
    case toGateway, toClient

    package var opposite: Direction { self == .toGateway ? .toClient : .toGateway }
}

/// How a field's text is meant.
package enum FieldType: String, Hashable, Sendable {
    case int, long, float, decimal, bool, string
}

/// What a field identifies, for redaction, for replay with a live client's own ids, and for faults.
package enum FieldRole: String, Hashable, Sendable {
    case request, order, perm, execution, client, account, contract, money, time
}

/// How an unset number looks on the wire.
package enum UnsetForm: String, Hashable, Sendable {
    /// Empty text.
    case empty
    /// The official clients' sentinel (`2147483647`, `1.7976931348623157E308`); ib_* send "".
    case literal
}

/// Where a schema entry's layout comes from.
package enum Evidence: String, Hashable, Sendable {
    /// Read in frames of a real gateway (`Recording` says which), and round-tripped as `verified`.
    case recorded
    /// Round-tripped through the real encoders and decoders of the public Python clients.
    case verified
    /// Read in a public client's source, not round-tripped.
    case source
    /// Not seen anywhere. ARCHITECTURE.md lists these entries with the reason.
    case assumed

    /// Whether the public Python clients' encoders and decoders were held against it.
    package var isRoundTripped: Bool { self == .recorded || self == .verified }
}

/// Which protobuf fields say what a text field says.
package enum Pairing: Hashable, Sendable {
    /// The one of the same path and name.
    case byName
    /// One of these paths: at most one is present in a message.
    case paths([String])
    /// Booleans that are the number's bits, from bit 0 up.
    case bits([String])
    /// There is none.
    case textOnly
    /// The field itself exists only as protobuf.
    case protobufOnly
    /// As `protobufOnly`, and it repeats what an earlier field of the same name says.
    case protobufEcho
}

/// A condition on fields that stand earlier in the same message or group item.
package struct FieldCondition: Hashable, Sendable {
    package enum Test: Hashable, Sendable {
        case equals(String)
        case differs(String)
        case greater(Int)
        case oneOf([String])
        case nonempty
        /// Set, not the unset double, and above zero.
        case positive
    }

    package let field: String
    package let test: Test
}

/// One field of a message or of a group's item.
package struct FieldSchema: Hashable, Sendable {
    package let name: String
    package let type: FieldType
    package let versions: ClosedRange<Int>
    package let unset: UnsetForm?
    /// What gateways write in text for a field without a value, where that is not its unset form.
    ///
    /// The protobuf form leaves the field out.
    package var absentText: String?
    package let role: FieldRole?
    package let conditions: [FieldCondition]
    /// Below this server version a quantity is an integer literal: ibapi 9.81 parses an int.
    package let integerBelow: Int?
    /// From this server version official clients undo backslash escapes in the text.
    package let escapedSince: Int?
    /// Present only when at least this many fields are left in the frame, itself included:
    /// the clients disagree about sending it.
    package let whenRemaining: Int?
    package let pairing: Pairing
    /// What a protobuf message says by leaving the field out, if anything.
    package var impliedText: String?
    package let note: String?
}

/// A counted repetition: the count stands first, then the items.
package struct GroupSchema: Hashable, Sendable {
    package let name: String
    package let countName: String
    package let versions: ClosedRange<Int>
    package let conditions: [FieldCondition]
    package let pairing: Pairing
    package let items: [SchemaItem]
}

package indirect enum SchemaItem: Hashable, Sendable {
    case field(FieldSchema)
    case group(GroupSchema)

    package var name: String {
        switch self {
        case .field(let field): field.name
        case .group(let group): group.name
        }
    }

    package var versions: ClosedRange<Int> {
        switch self {
        case .field(let field): field.versions
        case .group(let group): group.versions
        }
    }

    package var pairing: Pairing {
        switch self {
        case .field(let field): field.pairing
        case .group(let group): group.pairing
        }
    }

    /// Whether the text encoding carries it at some server version.
    package var hasTextForm: Bool {
        switch pairing {
        case .byName, .paths, .bits, .textOnly: true
        case .protobufOnly, .protobufEcho: false
        }
    }

    package var conditions: [FieldCondition] {
        switch self {
        case .field(let field): field.conditions
        case .group(let group): group.conditions
        }
    }
}

/// The one description of a message: text layout at every server version, protobuf form, roles,
/// evidence.
package final class MessageSchema: Sendable {
    package let name: String
    package let id: Int
    package let direction: Direction
    /// Server versions at which the message exists.
    package let versions: ClosedRange<Int>
    /// The old per-message version that follows the id: its value, and the last server version
    /// that carries it (`nil`: still carried at 200).
    package let legacyVersion: (value: Int, until: Int?)?
    package let evidence: Evidence
    /// False for messages that are only ever protobuf.
    package let hasTextForm: Bool
    /// The protobuf type, and the server version from which the message travels as one; `nil`
    /// when it stays text at every version.
    package let protobuf: (type: String, since: Int)?
    /// The text fields in wire order, then those that only protobuf has.
    package let items: [SchemaItem]
    /// How `items` lie in the protobuf type.
    let plan: ProtobufPlan?
    /// The plan's root, which lives as long as the schema.
    ///
    /// Using it counts no references: threads that read messages of one kind would do so on one counter.
    let planRoot: Unmanaged<ProtobufLevel>?
    let hasColumns: Bool
    let itemCount: Int
    /// First item of each name.
    ///
    /// Two items may share a name when their conditions exclude each other.
    private let indexes: [String: [Int]]
    /// Text fields in which official clients undo backslash escapes, and since which version.
    private let escaped: [(index: Int, since: Int)]
    let namesakes: Namesakes
    /// Position of the id by which a request and its answers belong together.
    package let requestItem: Int?

    init(
        name: String, id: Int, direction: Direction, versions: ClosedRange<Int>,
        legacyVersion: (value: Int, until: Int?)?, evidence: Evidence, hasTextForm: Bool,
        protobuf: (type: String, since: Int)?, items: [SchemaItem]
    ) {
        self.name = name
        self.id = id
        self.direction = direction
        self.versions = versions
        self.legacyVersion = legacyVersion
        self.evidence = evidence
        self.hasTextForm = hasTextForm
        self.protobuf = protobuf
        if let protobuf {
            let pairing = ProtobufPairing.pair(items, with: protobuf.type, in: name)
            self.items = pairing.items
            plan = pairing.plan
        } else {
            self.items = items
            plan = nil
        }
        planRoot = plan.map { Unmanaged.passUnretained($0.root) }
        hasColumns = plan.map { !$0.columns.isEmpty } ?? false
        itemCount = self.items.count
        var indexes: [String: [Int]] = [:]
        for (index, item) in self.items.enumerated() {
            indexes[item.name, default: []].append(index)
        }
        self.indexes = indexes
        escaped = self.items.enumerated().compactMap { index, item in
            guard case .field(let field) = item, let since = field.escapedSince else { return nil }
            return (index, since)
        }
        namesakes = Namesakes(self.items)
        requestItem = self.items.firstIndex { item in
            guard case .field(let field) = item else { return false }
            return field.role == .request || field.name == "tickerId"
        }
    }

    /// The form the message takes at a server version.
    package func encoding(at serverVersion: Int) -> MessageEncoding {
        guard let protobuf, serverVersion >= protobuf.since else { return .text }
        return .protobuf
    }

    /// Positions in `items` of the fields whose text is escaped at a server version.
    ///
    /// Protobuf texts are not.
    package func escapedIndexes(at serverVersion: Int) -> [Int] {
        if escaped.isEmpty || encoding(at: serverVersion) == .protobuf { return [] }
        return escaped.filter { $0.since <= serverVersion }.map(\.index)
    }

    /// Whether some field's text is escaped at some server version.
    package var hasEscapes: Bool { !escaped.isEmpty }

    package func carriesLegacyVersion(at serverVersion: Int) -> Bool {
        guard let legacyVersion else { return false }
        return legacyVersion.until.map { serverVersion <= $0 } ?? true
    }

    /// The id by which a request and its answers belong together; `nil` when they have none.
    ///
    /// - Parameter values: A message's, one for each of `items`.
    package func requestID(in values: [FieldValue]) -> String? {
        requestItem.map { values[$0].string ?? "0" }
    }

    /// Positions in `items` of every item called `name`; empty when there is none.
    package func indexes(of name: String) -> [Int] {
        indexes[name] ?? []
    }
}

extension MessageSchema: Equatable {
    package static func == (one: MessageSchema, other: MessageSchema) -> Bool {
        one === other
    }
}
