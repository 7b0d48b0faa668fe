import GatewayWire
import Testing

@Suite struct `What recordings of real gateways show` {
    @Test func `is of messages that the schema marks as recorded, and of each of them`() {
        let marked = ProtocolSchema.messages.filter { $0.evidence == .recorded }
        #expect(!marked.isEmpty)
        #expect(
            Set(Recordings.keys) == Set(marked.map { "\($0.direction.rawValue).\($0.name)" }))
        for schema in ProtocolSchema.messages where schema.evidence != .recorded {
            #expect(schema.recordings.isEmpty, "\(schema.name)")
        }
    }

    @Test func `agrees with the schema about the encoding at each server version`() {
        for schema in ProtocolSchema.messages {
            for recording in schema.recordings {
                #expect(!recording.versions.isEmpty, "\(schema.name)")
                for version in recording.versions {
                    #expect(schema.versions.contains(version), "\(schema.name) at \(version)")
                    #expect(
                        schema.encoding(at: version) == recording.encoding,
                        "\(schema.name) at \(version)")
                }
            }
        }
    }

    @Test func `names fields of the schema`() {
        for schema in ProtocolSchema.messages {
            let names = Self.names(of: schema.items)
            for recording in schema.recordings {
                #expect(
                    recording.fields.subtracting(names).isEmpty,
                    "\(schema.name): \(recording.fields.subtracting(names).sorted())")
            }
        }
    }

    @Test func `tells an encoding from the other`() throws {
        let status = try #require(ProtocolSchema.message(named: "commissionReport", .toClient))
        #expect(status.isRecorded("yield", as: .text))
        #expect(!status.isRecorded("yield", as: .protobuf))
        #expect(status.isRecorded("commission", as: .protobuf))
    }

    /// `GROUP.FIELD` for those of a group.
    private static func names(of items: [SchemaItem], in group: String = "") -> Set<String> {
        var names: Set<String> = []
        for item in items {
            names.insert(group + item.name)
            if case .group(let inner) = item {
                names.formUnion(Self.names(of: inner.items, in: "\(group)\(inner.name)."))
            }
        }
        return names
    }
}
