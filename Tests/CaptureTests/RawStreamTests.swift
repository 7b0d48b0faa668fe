import CaptureImport
import EventLog
import GatewayWire
import Testing

@Suite struct `A stream of raw bytes` {
    private let reply = VersionReply(serverVersion: 176, connectionTime: "20261120 08:48:27 UTC")
    private let nextValidID = MessageEncoder(serverVersion: 176).encode(
        Message("nextValidId", ["orderId": "41"]))

    @Test func `tells its server version when it begins with the reply`() {
        let items = RawStream.items(of: reply.bytes + nextValidID, .toClient, serverVersion: nil)
        #expect(items.map(\.offset) == [0, reply.bytes.count])
        #expect(items.first?.kind == .version(reply))
        guard case .message(let message) = items.last?.kind else {
            Issue.record("\(items)")
            return
        }
        #expect(message["orderId"] == "41")
    }

    @Test func `is not read when it begins with something else`() {
        let bytes = nextValidID + nextValidID
        let reason = "the stream does not begin with a version reply"
        #expect(
            RawStream.items(of: bytes, .toClient, serverVersion: nil)
                == [.init(offset: 0, kind: .malformed(.toClient, reason: reason, bytes: bytes))])
    }

    @Test func `begins with a hello, or right with frames`() {
        let hello = Hello(versions: 100...176, connectOptions: "+PACEAPI")
        let startAPI = MessageEncoder(serverVersion: 176).encode(
            Message("startApi", ["clientId": "7"], direction: .toGateway))
        let whole = RawStream.items(
            of: hello.bytes + startAPI, .toGateway, serverVersion: 176)
        #expect(whole.map(\.offset) == [0, hello.bytes.count])
        #expect(whole.first?.kind == .hello(hello))
        let frames = RawStream.items(of: startAPI, .toGateway, serverVersion: 176)
        #expect(frames.map(\.kind) == whole.dropFirst().map(\.kind))
    }

    @Test(arguments: 1..<15) func `keeps a frame's front as raw bytes`(count: Int) {
        let front = Array(nextValidID.prefix(min(count, nextValidID.count - 1)))
        #expect(
            RawStream.items(of: front, .toClient, serverVersion: 176)
                == [.init(offset: 0, kind: .raw(.toClient, front))])
    }

    @Test func `ends at a length that no frame can have`() {
        let bytes: [UInt8] = nextValidID + [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]
        let items = RawStream.items(of: bytes, .toClient, serverVersion: 176)
        #expect(items.count == 2)
        let reason = "frame length 4294967295, allowed are up to 16777215"
        #expect(
            items.last
                == .init(
                    offset: nextValidID.count,
                    kind: .malformed(
                        .toClient, reason: reason, bytes: [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3])))
    }

    @Test func `may be empty`() {
        #expect(RawStream.items(of: [], .toClient, serverVersion: nil) == [])
    }
}
