import CaptureImport
import Diagnosis
import EventLog
import GatewayWire
import ScenarioFormat
import Simulation
import Testing

@Suite struct `An import of several captures` {
    private let folder = TemporaryFolder()

    /// Two connections, the first of which holds the gateway's descriptor.
    private func packets() -> [(at: CaptureInstant, bytes: [UInt8])] {
        var held = Recording()
        held.begin()
        held.wait(.seconds(2))
        held.fin(.toGateway)
        var healthy = Recording(port: 50_001)
        healthy.wait(.seconds(60))
        healthy.begin()
        healthy.send(
            Message(
                "error", ["reqId": "-1", "errorCode": "2104", "errorString": "Farm is OK:usfarm"]))
        healthy.wait(.seconds(1))
        healthy.fin(.toGateway)
        healthy.fin(.toClient)
        return held.packets + healthy.packets
    }

    private func write(
        _ packets: ArraySlice<(at: CaptureInstant, bytes: [UInt8])>, to name: String
    ) throws -> String {
        let path = folder.file(name)
        let writer = try CaptureWriter(path: path, linkType: .ethernet)
        for packet in packets { try writer.write(packet.bytes, at: packet.at) }
        return path
    }

    private func found(in paths: [String]) throws -> [Incident] {
        let suspects = PathologyCatalogue.shipped.suspects
        var facts = WireFacts(clauses: suspects.flatMap { $0.recognition.signs.flatMap(\.clauses) })
        var capture = try DecodedCapture(paths: paths)
        var number = 0
        while let event = try capture.next() {
            number += 1
            facts.take(
                Observation(
                    number: number, event: event.logEvent,
                    packets: event.position.firstPacket...event.position.lastPacket))
        }
        return Diagnosis(of: facts.finish(), suspects: suspects).incidents
    }

    private func fixtures(
        of paths: [String], found: [Incident] = [], isApart: Bool = false
    ) throws -> [Fixture] {
        var options = ImportOptions()
        options.isApart = isApart
        var importer = CaptureImporter(options: options)
        try importer.read(paths: paths)
        importer.explain(found)
        #expect(!importer.isDamaged)
        return importer.makeFixtures()
    }

    @Test func `is one of the recording that they are parts of, in any order`() throws {
        let packets = packets()
        let whole = try write(packets[...], to: "night.pcap")
        // The cut is within the first connection.
        let parts = [
            try write(packets[6...], to: "part.pcap1"),
            try write(packets[..<6], to: "part.pcap"),
        ]
        let one = try fixtures(of: [whole])
        let rotated = try fixtures(of: parts)
        #expect(one.count == 1)
        #expect(rotated.map(\.about) == one.map(\.about))
        #expect(
            rotated[0].files.map { $0.text.split(separator: "\n").filter { !$0.hasPrefix("#") } }
                .dropLast()
                == one[0].files.map { $0.text.split(separator: "\n").filter { !$0.hasPrefix("#") } }
                .dropLast())
        #expect(rotated[0].files[0].text.contains("from part.pcap1 and 1 more, connection 1"))
    }

    @Test func `keeps what was read of a damaged one, and says so`() throws {
        let packets = packets()
        let whole = try write(packets[...], to: "whole.pcap")
        let bytes = folder.contents(of: whole)
        let torn = folder.file("torn.pcap", holding: Array(bytes.dropLast(5)))
        var importer = CaptureImporter(options: ImportOptions())
        try importer.read(paths: [torn])
        #expect(importer.isDamaged)
        #expect(
            importer.notes == [
                "torn.pcap: capture ends in the middle of packet \(packets.count)"
            ])
        #expect(importer.makeFixtures().map(\.files.count) == [3])
    }

    @Test func `tells in a fixture what explains its connections, and does not do it again`() throws
    {
        let path = try write(packets()[...], to: "held.pcap")
        let found = try found(in: [path])
        // The first connection got no notices about farms.
        #expect(found.map { $0.named.map(\.name) } == [["farm-notices-absent"]])
        let made = try fixtures(of: [path], found: found, isApart: true)
        let scenarios = try made.flatMap { fixture in
            try loadScenarios(
                text: fixture.files[fixture.files.count - 1].text, file: "f.yaml",
                catalogue: .shipped)
        }
        #expect(
            scenarios.map { $0.explainedBy.map(\.sentence) } == [
                ["farm-notices-absent (certain; packets 1, 4-8 on connection 1)"], [],
            ])
        #expect(scenarios[0].tags == ["imported", "farm-notices-absent"])
        #expect(
            scenarios[0].gateways[0].rules.isEmpty && scenarios[0].gateways[0].pathologies == [])
        // What explain prints says it too.
        let again = try loadScenarios(
            text: scenarios[0].explained, file: "f.yaml", catalogue: .shipped)
        #expect(again[0].explainedBy == scenarios[0].explainedBy)
    }
}
