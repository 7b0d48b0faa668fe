package import GatewayWire
/// Makes up the packets of one TCP connection from what its two programs do.
///
/// Keeps both sequence numbers, so that the packets of any order of calls fit together. Makes
/// segments as two kernels on one machine would, without delay or loss.
package struct SyntheticConnection: Sendable {
    package let client: TCPEndpoint
    package let gateway: TCPEndpoint

    private let builder: PacketBuilder
    private var nextToGateway: UInt32
    private var nextToClient: UInt32
    private let window: UInt16

    /// - Parameter firstSequences: The initial sequence numbers of client and gateway.
    package init(
        client: TCPEndpoint, gateway: TCPEndpoint, linkType: LinkType,
        firstSequences: (UInt32, UInt32) = (1000, 500_000), window: UInt16 = 65_535
    ) {
        self.client = client
        self.gateway = gateway
        builder = PacketBuilder(linkType: linkType)
        (nextToGateway, nextToClient) = firstSequences
        self.window = window
    }

    /// SYN, SYN-ACK, ACK.
    package mutating func open() -> [[UInt8]] {
        [syn(), synAck(), acknowledgement(.toGateway)]
    }

    package mutating func syn() -> [UInt8] {
        segment(.toGateway, .syn, advance: 1)
    }

    package mutating func synAck() -> [UInt8] {
        segment(.toClient, [.syn, .ack], advance: 1)
    }

    /// Sends bytes: one packet for every `PacketBuilder.maxPayloadBytes`, none for no bytes.
    package mutating func bytes(_ direction: Direction, _ bytes: [UInt8]) -> [[UInt8]] {
        let size = PacketBuilder.maxPayloadBytes
        return stride(from: 0, to: bytes.count, by: size).map { start in
            let part = Array(bytes[start..<min(start + size, bytes.count)])
            return segment(direction, [.push, .ack], part, advance: UInt32(part.count))
        }
    }

    /// A segment without bytes, acknowledging everything sent in the other direction.
    package mutating func acknowledgement(_ direction: Direction) -> [UInt8] {
        segment(direction, .ack)
    }

    package mutating func fin(_ direction: Direction) -> [UInt8] {
        segment(direction, [.fin, .ack], advance: 1)
    }

    package mutating func rst(_ direction: Direction) -> [UInt8] {
        segment(direction, [.rst, .ack])
    }

    private mutating func segment(
        _ direction: Direction, _ flags: TCPFlags, _ payload: [UInt8] = [], advance: UInt32 = 0
    ) -> [UInt8] {
        let isToGateway = direction == .toGateway
        let header = TCPSegment(
            source: isToGateway ? client : gateway,
            destination: isToGateway ? gateway : client,
            sequence: isToGateway ? nextToGateway : nextToClient,
            acknowledgement: flags.contains(.ack)
                ? (isToGateway ? nextToClient : nextToGateway) : 0,
            flags: flags, window: flags.contains(.rst) ? 0 : window)
        if isToGateway {
            nextToGateway &+= advance
        } else {
            nextToClient &+= advance
        }
        return builder.packet(header, payload: payload)
    }
}
