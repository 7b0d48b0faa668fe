import CaptureImport
import GatewayWire
import Simulation
import WireSamples

/// Writes the captures that `scripts/check-dissector` compares: every message at several server
/// versions, text and protobuf, with odd values, damaged too.
///
/// ```
/// dissector-captures SEED FOLDER    prints the path of each file written
/// ```
@main
struct DissectorCaptures {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        guard words.count == 2, let seed = words.first.flatMap({ UInt64($0) }),
            let folder = words.last
        else { fatalError("dissector-captures SEED FOLDER") }
        var plan = CapturePlan(seed: seed)
        for (name, connections) in plan.captures() {
            let path = "\(folder)/\(name).pcap"
            try write(connections, to: path)
            print(path)
        }
    }

    private static func write(_ connections: [PlannedConnection], to path: String) throws {
        let writer = try CaptureWriter(path: path, linkType: .raw)
        var nanoseconds: Int64 = 1_800_000_000_000_000_000
        for (index, connection) in connections.enumerated() {
            var packets = SyntheticConnection(
                client: TCPEndpoint(.loopback, port: UInt16(40_001 + index)),
                gateway: TCPEndpoint(.loopback, port: connection.port), linkType: .raw)
            var made = connection.isOpened ? packets.open() : []
            for (direction, bytes) in connection.segments {
                made += packets.bytes(direction, bytes)
            }
            made += [packets.fin(.toGateway), packets.fin(.toClient)]
            made.append(packets.acknowledgement(.toGateway))
            for packet in made {
                nanoseconds += 100_000
                try writer.write(
                    packet, at: CaptureInstant(nanosecondsSinceEpoch: nanoseconds))
            }
        }
    }
}
