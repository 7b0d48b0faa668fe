import Testing

import GatewayWire

@Suite struct `A client's hello` {
    private func outcome(_ bytes: [UInt8]) -> Hello.Outcome {
        var reader = FrameReader()
        reader.append(bytes)
        return Hello.read(from: &reader)
    }

    @Test(arguments: [
        ("v100..225", Hello(versions: 100...225)),
        ("v157..176", Hello(versions: 157...176)),
        ("v100..187 +PACEAPI", Hello(versions: 100...187, connectOptions: "+PACEAPI")),
        ("v100..157 ", Hello(versions: 100...157, isPadded: true)),
        ("v100..157\0", Hello(versions: 100...157, isPadded: true)),
        ("v176", Hello(versions: 176...176)),
    ])
    func `is read with its version range and options`(text: String, expected: Hello) {
        #expect(outcome(Hello.magic + frame(text.utf8)) == .hello(expected))
    }

    @Test func `round-trips`() {
        let hello = Hello(versions: 100...200, connectOptions: "+PACEAPI")
        #expect(outcome(hello.bytes) == .hello(hello))
    }

    @Test func `waits for every missing byte`() {
        let bytes = Hello(versions: 157...178).bytes
        for count in 0..<bytes.count {
            #expect(outcome(Array(bytes.prefix(count))) == .needsMore)
        }
    }

    @Test func `from before V100 is told apart`() {
        #expect(outcome(Array("63\0".utf8)) == .legacy(clientVersion: 63))
        #expect(outcome(Array("63".utf8)) == .needsMore)
    }

    @Test func `that is none is refused with the place`() {
        #expect(
            outcome(Array("GET / HTTP/1.1\r\n".utf8))
                == .malformed(.noMagic(offset: 0, found: 0x47)))
        #expect(
            outcome(Array("API ".utf8)) == .malformed(.noMagic(offset: 3, found: 0x20)))
        #expect(
            outcome(Hello.magic + [0x7F, 0xFF, 0xFF, 0xFF])
                == .malformed(.lengthOutOfRange(found: 0x7FFF_FFFF, allowed: 4096)))
        #expect(
            outcome(Hello.magic + [0, 0, 0, 0])
                == .malformed(.lengthOutOfRange(found: 0, allowed: 4096)))
        for text in ["x", "v", "v..", "v200..100", "v1..2..3", "vx..y", "v-1..5"] {
            #expect(outcome(Hello.magic + frame(text.utf8)) == .malformed(.notAVersionRange))
        }
    }

    @Test func `settles on the lower of the two newest versions`() {
        #expect(VersionReply.negotiate(ownNewest: 200, client: 157...176) == 176)
        #expect(VersionReply.negotiate(ownNewest: 163, client: 100...225) == 163)
        #expect(VersionReply.negotiate(ownNewest: 150, client: 157...176) == nil)
        #expect(VersionReply.negotiate(ownNewest: 200, client: 50...99) == nil)
    }
}
