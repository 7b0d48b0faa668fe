import GatewayWire
import Simulation
import WireSamples

/// Something to fuzz: what an input means to it, which properties hold, and inputs to begin with.
struct FuzzTarget: Sendable {
    let name: String
    /// Traps when a property does not hold.
    let check: @Sendable (_ input: ArraySlice<UInt8>) -> Void
    let seeds: @Sendable (inout SeededRandom) -> [[UInt8]]

    static let all = [framing, text, protobuf, handshake, capture]
}

/// Cuts bytes into pieces of sizes that follow from `pattern`.
private func pieces(of bytes: ArraySlice<UInt8>, pattern: UInt8) -> [ArraySlice<UInt8>] {
    var random = SeededRandom(seed: UInt64(pattern))
    return pieces(of: bytes, sizes: 1...max(1, Int(pattern)), using: &random).map { $0[...] }
}

// MARK: framing

extension FuzzTarget {
    /// First byte: how the rest is cut.
    static let framing = FuzzTarget(
        name: "framing",
        check: { input in
            guard let pattern = input.first else { return }
            let stream = input.dropFirst()
            let whole = frames(of: [stream])
            let cut = frames(of: pieces(of: stream, pattern: pattern))
            precondition(whole.bodies == cut.bodies, "frames depend on how the bytes are cut")
            precondition(whole.error == cut.error, "the error depends on how the bytes are cut")
            let again = whole.bodies.flatMap { frame($0) }
            precondition(stream.starts(with: again), "frames are not what stood in the stream")
        },
        seeds: { random in
            (0..<32).map { round in
                [UInt8(round)]
                    + (0..<round).flatMap { _ in
                        frame((0..<Int.random(in: 0...40, using: &random)).map { UInt8($0) })
                    }
            }
        })

    private static func frames(
        of pieces: [ArraySlice<UInt8>]
    ) -> (bodies: [[UInt8]], error: FrameError?) {
        var reader = FrameReader(maxBytes: 300)
        var bodies: [[UInt8]] = []
        for piece in pieces {
            reader.append(piece)
            do throws(FrameError) {
                while let body = try reader.next() { bodies.append(Array(body)) }
            } catch {
                return (bodies, error)
            }
        }
        return (bodies, nil)
    }
}

// MARK: messages

extension FuzzTarget {
    /// First byte: server version from 100; second: direction; then a frame's body.
    static let text = FuzzTarget(
        name: "text",
        check: { input in
            guard input.count >= 2 else { return }
            let head = Array(input.prefix(2))
            roundTrip(
                input.dropFirst(2), version: 100 + Int(head[0]) % 126,
                head[1] & 1 == 0 ? .toGateway : .toClient)
        },
        seeds: { random in
            var maker = MessageMaker(seed: random.next())
            return ProtocolSchema.messages.flatMap { schema in
                [100, 130, 152, 176, 200, 203, 213].map { version in
                    let message = maker.message(schema)
                    let bytes = MessageEncoder(serverVersion: version).encode(message, as: .text)
                    let direction: UInt8 = schema.direction == .toGateway ? 0 : 1
                    return [UInt8(version - 100), direction] + bytes.dropFirst(4)
                }
            }
        })

    /// First byte: direction; second: the message's id; then its protobuf bytes.
    static let protobuf = FuzzTarget(
        name: "protobuf",
        check: { input in
            guard input.count >= 2 else { return }
            let head = Array(input.prefix(2))
            let id = UInt16(head[1]) + 200
            let body = [0, 0, UInt8(id >> 8), UInt8(id & 0xFF)] + input.dropFirst(2)
            roundTrip(body[...], version: 225, head[0] & 1 == 0 ? .toGateway : .toClient)
        },
        seeds: { random in
            var maker = MessageMaker(seed: random.next())
            return ProtocolSchema.messages.flatMap { schema in
                (0..<4).map { _ in
                    let message = maker.message(schema)
                    let bytes = MessageEncoder(serverVersion: 225).encode(message, as: .protobuf)
                    let direction: UInt8 = schema.direction == .toGateway ? 0 : 1
                    return [direction, UInt8(schema.id)] + bytes.dropFirst(8)
                }
            }
        })

    /// A message that is understood is written back to the byte, and its copy in new bytes reads
    /// the same.
    private static func roundTrip(
        _ body: ArraySlice<UInt8>, version: Int, _ direction: Direction
    ) {
        let decoder = MessageDecoder(serverVersion: version, direction: direction)
        let encoder = MessageEncoder(serverVersion: version)
        switch decoder.decode(body) {
        case .message(let message):
            precondition(
                encoder.encode(message, as: message.encoding).dropFirst(4).elementsEqual(body),
                "decoding and encoding again gave other bytes")
            guard message.originalBytes != nil else { return }
            // Its own bytes forgotten, the message must still be one that can be read.
            var other = message
            other.originalBytes = nil
            let bytes = encoder.encode(other, as: message.encoding)
            guard case .message = decoder.decode(bytes.dropFirst(4)) else {
                preconditionFailure("what was written in our own way cannot be read")
            }
        case .unknown(_, let bytes):
            precondition(bytes.elementsEqual(body), "an unknown message lost bytes")
        case .malformed(let error):
            precondition((0...body.count).contains(error.offset), "an offset outside the frame")
            precondition(!error.description.isEmpty)
        }
    }
}

// MARK: handshake

extension FuzzTarget {
    /// First byte: whose bytes these are and how they are cut; then the bytes.
    static let handshake = FuzzTarget(
        name: "handshake",
        check: { input in
            guard let first = input.first else { return }
            let stream = input.dropFirst()
            let cut = pieces(of: stream, pattern: first >> 1)
            if first & 1 == 0 {
                precondition(hello([stream]) == hello(cut), "the hello depends on the cuts")
            } else {
                precondition(
                    outcome([stream]) == outcome(cut), "the handshake depends on the cuts")
            }
        },
        seeds: { _ in
            let encoder = MessageEncoder(serverVersion: 176)
            let reply = VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC")
            let session =
                reply.bytes + encoder.encode(Message("managedAccounts", ["accountsList": "DU1"]))
                + encoder.encode(Message("nextValidId", ["orderId": "1"]))
            return [
                [0] + Hello(versions: 100...225).bytes,
                [6] + Hello(versions: 100...176, connectOptions: "+PACEAPI").bytes,
                [0] + Array("63\u{0}".utf8), [1] + session, [7] + session,
            ]
        })

    private static func hello(_ pieces: [ArraySlice<UInt8>]) -> Hello.Outcome {
        var reader = FrameReader()
        var outcome = Hello.Outcome.needsMore
        for piece in pieces {
            reader.append(piece)
            outcome = Hello.read(from: &reader)
            guard outcome == .needsMore else { break }
        }
        if case .hello(let hello) = outcome {
            var again = FrameReader()
            again.append(hello.bytes)
            precondition(Hello.read(from: &again) == outcome, "a hello written back is another")
        }
        return outcome
    }

    /// What was sent and reported, and how it ended.
    private static func outcome(_ pieces: [ArraySlice<UInt8>]) -> [ClientHandshake.Effect] {
        var handshake = ClientHandshake(clientID: 1)
        var effects = handshake.handle(.connected)
        for piece in pieces { effects += handshake.handle(.received(Array(piece))) }
        return effects + handshake.handle(.gatewayEnded(.fin))
    }
}
