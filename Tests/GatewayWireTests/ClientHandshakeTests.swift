import Testing

import GatewayWire

/// The gateway's bytes, whole or chopped, and what the handshake makes of them.
private struct Conversation {
    var handshake = ClientHandshake(clientID: 10)
    var sent: [UInt8] = []
    var progress: [ClientHandshake.Progress] = []
    var outcome: ClientHandshake.Outcome?

    mutating func handle(_ event: ClientHandshake.Event) {
        for effect in handshake.handle(event) {
            switch effect {
            case .send(let bytes): sent += bytes
            case .report(let one): progress.append(one)
            case .finish(let outcome): self.outcome = outcome
            }
        }
    }

    /// - Parameter cut: How many bytes arrive at a time.
    static func hearing(_ bytes: [UInt8], cut: Int = .max) -> Conversation {
        var conversation = Conversation()
        conversation.handle(.connected)
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(cut)
            rest = rest.dropFirst(piece.count)
            conversation.handle(.received(Array(piece)))
        }
        return conversation
    }
}

private let reply = VersionReply(serverVersion: 176, connectionTime: "20260115 14:31:07 UTC")

private func bytes(_ name: String, _ fields: KeyValuePairs<String, String>) -> [UInt8] {
    MessageEncoder(serverVersion: 176).encode(Message(name, fields))
}

private let accounts = bytes("managedAccounts", ["accountsList": "DU0000001,DU0000002,"])
private let orderID = bytes("nextValidId", ["orderId": "7"])
private let notice = bytes(
    "error", ["reqId": "-1", "errorCode": "2104", "errorString": "farm is OK"])

@Suite struct `A client's side of the handshake` {
    @Test func `says hello as soon as it is connected`() {
        var handshake = ClientHandshake(clientID: 10)
        #expect(
            handshake.handle(.connected) == [
                .send(Hello(versions: 100...226).bytes), .report(.helloSent(versions: 100...226)),
            ])
    }

    @Test func `starts the session with the encoding of the chosen version`() {
        var handshake = ClientHandshake(clientID: 10)
        _ = handshake.handle(.connected)
        #expect(
            handshake.handle(.received(reply.bytes)) == [
                .report(.versionChosen(reply)), .send(frame("71\u{0}2\u{0}10\u{0}\u{0}".utf8)),
                .report(.startAPISent(clientID: 10)),
            ])
    }

    @Test(arguments: [1, 2, 3, 5, 7, 11, 1000])
    func `is complete with an order id and the accounts, however the bytes are cut`(cut: Int) {
        let conversation = Conversation.hearing(
            reply.bytes + accounts + notice + orderID, cut: cut)
        #expect(conversation.outcome == .complete)
        #expect(
            conversation.progress == [
                .helloSent(versions: 100...226), .versionChosen(reply),
                .startAPISent(clientID: 10), .managedAccounts(["DU0000001", "DU0000002"]),
                .told(code: 2104, text: "farm is OK"), .nextValidID(7),
            ])
    }

    @Test func `takes order id and accounts in either order`() {
        let conversation = Conversation.hearing(reply.bytes + orderID + accounts)
        #expect(conversation.outcome == .complete)
    }

    @Test func `ignores what follows its end`() {
        var conversation = Conversation.hearing(reply.bytes + orderID + accounts + notice)
        let count = conversation.progress.count
        conversation.handle(.received(notice))
        conversation.handle(.gatewayEnded(.rst))
        conversation.handle(.deadlineReached)
        #expect(conversation.outcome == .complete)
        #expect(conversation.progress.count == count)
    }

    @Test func `passes over messages that it does not know`() {
        let unknown = frame("250\u{0}x\u{0}".utf8)
        let conversation = Conversation.hearing(reply.bytes + unknown + orderID + accounts)
        #expect(conversation.outcome == .complete)
    }
}

@Suite struct `A handshake that fails` {
    @Test func `is refused when the client id is in use`() {
        let inUse = bytes(
            "error", ["reqId": "-1", "errorCode": "326", "errorString": "id in use"])
        let conversation = Conversation.hearing(reply.bytes + inUse)
        #expect(conversation.outcome == .refused(code: 326, text: "id in use"))
    }

    @Test func `tells in which phase the gateway left`() {
        var silent = Conversation.hearing([])
        silent.handle(.gatewayEnded(.fin))
        #expect(silent.outcome == .ended(.fin, in: .versionReply))
        var started = Conversation.hearing(reply.bytes + accounts)
        started.handle(.gatewayEnded(.rst))
        #expect(started.outcome == .ended(.rst, in: .session))
    }

    @Test func `tells in which phase time ran out`() {
        var unconnected = Conversation()
        unconnected.handle(.deadlineReached)
        #expect(unconnected.outcome == .timedOut(in: .connecting))
        var silent = Conversation.hearing(Array(reply.bytes.dropLast()))
        silent.handle(.deadlineReached)
        #expect(silent.outcome == .timedOut(in: .versionReply))
        var mute = Conversation.hearing(reply.bytes + orderID)
        mute.handle(.deadlineReached)
        #expect(mute.outcome == .timedOut(in: .session))
    }

    @Test(arguments: [-1, 99, 227])
    func `does not go on with a version that was not offered`(version: Int) {
        let other = VersionReply(serverVersion: version, connectionTime: "")
        let conversation = Conversation.hearing(other.bytes)
        #expect(conversation.outcome == .versionNotOffered(version))
        #expect(conversation.sent == Hello(versions: 100...226).bytes)
    }

    @Test func `passes over a notice that comes before the version`() {
        let heard = Conversation.hearing(notice + reply.bytes + accounts + orderID)
        #expect(heard.outcome == .complete)
        #expect(heard.progress.contains(.told(code: 2104, text: "farm is OK")))
    }

    @Test func `knows that a web server is no gateway`() {
        let conversation = Conversation.hearing(Array("HTTP/1.1 400 Bad Request\r\n".utf8))
        guard case .malformed(_, in: .versionReply) = conversation.outcome else {
            Issue.record("outcome \(String(describing: conversation.outcome))")
            return
        }
    }

    @Test(arguments: ["", "176", "176\u{0}", "x\u{0}time\u{0}", "176\u{0}time\u{0}more\u{0}"])
    func `does not take anything else for a version reply`(body: String) {
        let conversation = Conversation.hearing(frame(body.utf8))
        #expect(
            conversation.outcome
                == .malformed(
                    "the answer to the hello is not a version and a time", in: .versionReply))
    }

    @Test func `does not take a word for an order id`() {
        let conversation = Conversation.hearing(
            reply.bytes + bytes("nextValidId", ["orderId": "soon"]))
        #expect(
            conversation.outcome
                == .malformed("nextValidId: its order id is not a number", in: .session))
    }
}
