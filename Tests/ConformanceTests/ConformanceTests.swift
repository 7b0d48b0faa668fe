import GatewayWire
import Glibc
import Testing
import WireSamples

/// The schema against the encoders and decoders of the five public clients.
@Suite(.serialized) struct `The schema, judged by the real clients` {
    @Test func `reaches their callbacks as it was sent`() throws {
        let run = try Conformance.run.get()
        for report in run.reports {
            #expect(report.isDone, "\(report.client.rawValue): \(report.complaints.suffix(5))")
            #expect(report.mismatches == [])
            #expect(report.responses["schema"]?.mismatches == 0)
            #expect(report.responses["schema"]?.versions == report.client.versions.count)
        }
    }

    @Test func `reads what they send`() throws {
        let run = try Conformance.run.get()
        for report in run.reports {
            #expect(report.refusals == [])
            #expect(report.framesMade > 0)
        }
        #expect(run.requests.mismatches.prefix(40) == [])
        // The official clients refuse the one there, whatever the arguments, and ib_* begin at 157;
        // others have no method that makes the message from arguments. The only client at 226 has no
        // fundamental data any more.
        let unsent =
            (219...226).map { "reqConfig at \($0)" } + (221...226).map { "updateConfig at \($0)" }
            + (137...139).map { "reqTickByTickData at \($0)" }
            + ["reqFundamentalData at 226", "cancelFundamentalData at 226"]
        #expect(Set(run.unsent) == Set(unsent))
    }

    @Test func `cannot be corrupted without their noticing`() throws {
        let run = try Conformance.run.get()
        #expect(run.corruptions.count == 90)
        #expect(run.unnoticed == [])
    }

    @Test func `prints what was compared`() throws {
        print(try Conformance.run.get().summary)
    }
}

/// The whole suite's one run; its tests look at the outcome.
struct Conformance: Sendable {
    static let run = Result { try Conformance() }

    private(set) var reports: [ClientReport] = []
    private(set) var requests = RequestCheck()
    /// What was done to the schema.
    private(set) var corruptions: [String] = []
    /// Those of them that no client noticed.
    private(set) var unnoticed: [String] = []
    /// Requests that no client sends at a version at which the schema has them.
    private(set) var unsent: [String] = []
    private var requestMessages: Set<String> = []
    private var frameCounts: [Client: Int] = [:]

    private init() throws {
        let folder = ScratchFolder()
        defer { folder.remove() }
        let requestCases = Self.cases(.toGateway) + Self.earlyRequests
        folder.write(requestCases, to: "requests")
        let corruptions = Corruption.seeded(90)
        folder.write(
            Self.cases(.toClient) + corruptions.flatMap(Self.cases), to: "responses")
        var frames: [ClientFrame] = []
        var check = RequestCheck()
        reports = try ClientRun.reports(
            requests: folder.path("requests"), responses: folder.path("responses"),
            folder: folder.path
        ) { client in
            let made = ClientFrame.frames(
                folder.read(ClientRun.frames(of: client, in: folder.path)), from: client)
            for frame in made {
                let request = requestCases[frame.index]
                check.check(frame, of: request, as: request.schema)
            }
            frames += made
        }
        requests = check
        for frame in frames {
            frameCounts[frame.client, default: 0] += 1
            requestMessages.insert(requestCases[frame.index].schema.name)
        }
        var sent: Set<String> = []
        for frame in frames { sent.insert(requestCases[frame.index].name) }
        for request in requestCases
        where request.shape == .full && request.label == "schema" && !sent.contains(request.name) {
            unsent.append(request.name)
        }
        judge(corruptions, frames, requestCases)
    }

    /// Every message at every version in every shape.
    private static func cases(_ direction: Direction) -> [Case] {
        var cases: [Case] = []
        for schema in ProtocolSchema.messages where schema.direction == direction {
            for version in ProtocolSchema.serverVersions
            where schema.versions.contains(version) && (schema.hasTextForm || version > 200) {
                for shape in MessageShape.allCases {
                    if let one = Case(schema, at: version, shape) { cases.append(one) }
                }
            }
        }
        return cases
    }

    /// Every request that is not as old as the protocol, one version too early.
    private static var earlyRequests: [Case] {
        ProtocolSchema.messages.compactMap { schema in
            let version = schema.versions.lowerBound - 1
            guard schema.direction == .toGateway, version >= 100 else { return nil }
            return Case(schema, at: version, .bare, label: "early")
        }
    }

    /// A corrupted response around every version at which something changes.
    private static func cases(_ corruption: Corruption) -> [Case] {
        guard corruption.schema.direction == .toClient else { return [] }
        let gates =
            gates(of: corruption.schema.items) + [
                corruption.schema.versions.lowerBound,
                corruption.schema.legacyVersion?.until ?? 100,
            ]
        let versions = Set((gates + [100, 157, 200]).flatMap { [$0 - 1, $0, $0 + 1] })
        return versions.sorted().filter {
            $0 >= 100 && $0 <= 200 && corruption.schema.versions.contains($0)
        }.flatMap { version in
            MessageShape.allCases.compactMap {
                Case(corruption.schema, at: version, $0, label: corruption.label)
            }
        }
    }

    private static func gates(of items: [SchemaItem]) -> [Int] {
        items.flatMap { item in
            let inner =
                switch item {
                case .field: [Int]()
                case .group(let group): gates(of: group.items)
                }
            return inner + [item.versions.lowerBound, item.versions.upperBound]
        }
    }

    private mutating func judge(
        _ corruptions: [Corruption], _ frames: [ClientFrame], _ requestCases: [Case]
    ) {
        self.corruptions = corruptions.map(\.description)
        for corruption in corruptions {
            let isNoticed: Bool
            switch corruption.schema.direction {
            case .toClient:
                isNoticed = reports.contains {
                    ($0.responses[corruption.label]?.mismatches ?? 0) > 0
                }
            case .toGateway:
                var check = RequestCheck()
                for frame in frames
                where check.mismatches.isEmpty
                    && requestCases[frame.index].schema.name == corruption.schema.name
                {
                    check.check(frame, of: requestCases[frame.index], as: corruption.schema)
                }
                isNoticed = !check.mismatches.isEmpty
            }
            if !isNoticed { unnoticed.append(corruption.description) }
        }
    }

    var summary: String {
        var lines = ["conformance with the clients:"]
        var total = requests.compared
        for report in reports {
            guard let responses = report.responses["schema"] else { continue }
            total += responses.compared
            lines.append(
                "  \(report.client.rawValue): \(responses.messages) responses × "
                    + "\(responses.versions) versions, \(responses.cases) cases, "
                    + "\(responses.compared) values compared, \(responses.byPosition) by position, "
                    + "\(responses.skipped) skipped, \(responses.mismatches) mismatches; "
                    + "\(frameCounts[report.client] ?? 0) requests read")
        }
        lines.append(
            "  requests: \(requestMessages.count) messages, \(requests.compared) values compared, "
                + "\(requests.byPosition) by position, \(requests.mismatches.count) mismatches")
        lines.append(
            "  corruptions: \(corruptions.count - unnoticed.count) of \(corruptions.count) noticed")
        lines.append("  total: \(total) comparisons")
        return lines.joined(separator: "\n")
    }
}

/// A folder of the run's own.
private struct ScratchFolder {
    let path: String

    init() {
        var template = Array("/tmp/fakegw-conformance-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent"
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ cases: [Case], to name: String) {
        var file = CaseFile()
        for one in cases { file.append(one) }
        guard let stream = fopen(path(name), "we") else { return }
        fwrite(file.bytes, 1, file.bytes.count, stream)
        fclose(stream)
    }

    func read(_ path: String) -> [UInt8] {
        guard let stream = fopen(path, "re") else { return [] }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = fread(&chunk, 1, chunk.count, stream)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }

    func remove() {
        for name in ["requests", "responses"] + Client.allCases.map({ "\($0.rawValue).frames" }) {
            unlink(path(name))
        }
        rmdir(path)
    }
}
