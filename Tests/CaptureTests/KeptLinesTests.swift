import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

/// Imports one recording.
private func transcript(
    of recording: Recording, limits: KeptLimits = KeptLimits(), folding: Folding? = .usual
) throws -> (text: String, messages: [Message]) {
    let folder = TemporaryFolder()
    let path = folder.file("case.pcap")
    try recording.write(to: path)
    var options = ImportOptions()
    options.limits = limits
    options.folding = folding
    var importer = CaptureImporter(options: options)
    try importer.read(paths: [path])
    let text = importer.makeFixtures()[0].files[0].text
    let messages = try Transcript.parse(text, file: "t").lines.compactMap { line -> Message? in
        if case .message(let message, _) = line.event { message } else { nil }
    }
    return (text, messages)
}

@Suite struct `Account news in an import` {
    private let request = Message(
        "reqAccountUpdates", ["subscribe": "1", "acctCode": "DU1234567"], direction: .toGateway)

    private func value(_ key: String, _ number: Int) -> Message {
        Message(
            "updateAccountValue",
            ["key": key, "val": "\(number)", "currency": "USD", "accountName": "DU1234567"])
    }

    private func position(_ contract: Int, _ number: Int) -> Message {
        Message(
            "updatePortfolio",
            [
                "contract.conId": "\(contract)", "position": "\(number)",
                "accountName": "DU1234567",
            ])
    }

    private func values(_ messages: [Message], _ key: String) -> [Int] {
        messages.filter { $0["key"] == key }.compactMap { $0["val"].flatMap { Int($0) } }
    }

    private let ends = Array(1...20) + Array(81...100)

    @Test(arguments: [176, 222])
    func `is folded by value, position and account`(version: Int) throws {
        var recording = Recording()
        recording.version = version
        recording.open()
        recording.hello(100...226)
        recording.reply()
        recording.startApi()
        recording.send(request)
        for number in 1...100 {
            recording.send(
                value("BuyingPower", number), value("Cushion", number), position(1, number),
                position(2, number), Message("updateAccountTime", ["timeStamp": "\(number)"]))
        }
        recording.rst(.toClient)
        let (text, messages) = try transcript(of: recording)
        #expect(values(messages, "BuyingPower") == ends && values(messages, "Cushion") == ends)
        for contract in ["1", "2"] {
            let numbers = messages.filter { $0["contract.conId"] == contract }.compactMap {
                $0["position"].flatMap { Int($0) }
            }
            #expect(numbers == ends)
        }
        let times = messages.filter { $0.name == "updateAccountTime" }
        #expect(times.compactMap { $0["timeStamp"].flatMap { Int($0) } } == ends)
        #expect(text.contains("# 300 messages of repeated account news are left out.\n"))
        #expect(!text.contains("market data"))
        let whole = try transcript(of: recording, folding: nil)
        #expect(whole.messages.count == messages.count + 300)
    }

    @Test func `is whole in what a request downloads`() throws {
        var recording = Recording()
        recording.begin()
        for round in 0..<3 {
            recording.send(request)
            for number in 1...10 { recording.send(value("BuyingPower", 100 * round + number)) }
            recording.send(Message("accountDownloadEnd", ["accountName": "DU1234567"]))
            for number in 11...60 { recording.send(value("BuyingPower", 100 * round + number)) }
        }
        let (_, messages) = try transcript(of: recording)
        let kept = values(messages, "BuyingPower")
        #expect(kept == Array(1...20) + Array(101...120) + Array(201...220) + Array(241...260))
    }
}

@Suite struct `The lines kept of a connection` {
    /// A connection with many messages that are not folded.
    private func recording(_ count: Int) -> Recording {
        var recording = Recording()
        recording.begin()
        for number in 1...count {
            recording.send(Message("nextValidId", ["orderId": "\(number)"]))
            if number.isMultiple(of: 50) {
                recording.send(.toClient, recording.bytes([]) + [0, 0, 0, 4, 0x39, 0x39, 0x39, 0])
            }
        }
        recording.fin(.toGateway)
        return recording
    }

    @Test func `are the same in a temporary file as in memory`() throws {
        let recording = recording(500)
        var limits = KeptLimits()
        limits.chunkBytes = 600
        limits.heldBytes = 0
        let filed = try transcript(of: recording, limits: limits)
        #expect(try filed.text == transcript(of: recording).text)
        #expect(filed.messages.count == 503)
    }

    @Test func `are those of its beginning and its end`() throws {
        var limits = KeptLimits()
        limits.chunkBytes = 1000
        limits.halfBytes = 5000
        for heldBytes in [0, 1 << 20] {
            limits.heldBytes = heldBytes
            let (text, messages) = try transcript(of: recording(2000), limits: limits)
            let numbers = messages.filter { $0.name == "nextValidId" }.dropFirst().compactMap {
                $0["orderId"].flatMap { Int($0) }
            }
            let middle = try #require(
                numbers.indices.dropFirst().first { numbers[$0] > numbers[$0 - 1] + 1 })
            // A line takes some 60 bytes.
            #expect((50...120).contains(middle))
            #expect((40...120).contains(numbers.count - middle))
            #expect(numbers.last == 2000 && text.hasSuffix("client fin\n+0us gateway holds\n"))
            #expect(text.contains(" lines in the middle are left out.\n"))
        }
    }

    @Test func `are folded no further than their streams can be told apart`() throws {
        var recording = Recording()
        recording.begin()
        for number in 1...100 {
            for id in 1...3 {
                recording.send(
                    Message(
                        "tickPrice", ["reqId": "\(id)", "tickType": "1", "price": "\(number)"]))
            }
        }
        var limits = KeptLimits()
        limits.maxStreams = 2
        let few = try transcript(of: recording, limits: limits).messages
        #expect((1...3).map { id in few.count { $0["reqId"] == "\(id)" } } == [40, 40, 100])
        limits = KeptLimits()
        // Room for the last lines of the first stream, and some of the second's.
        limits.streamBytes = 2400
        let (text, some) = try transcript(of: recording, limits: limits)
        let counts = (1...3).map { id in some.count { $0["reqId"] == "\(id)" } }
        #expect(counts.allSatisfy { (20...40).contains($0) } && counts.reduce(0, +) < 120)
        #expect(text.contains("# \(300 - counts.reduce(0, +)) messages of repeated market data"))
        for id in 1...3 {
            #expect(some.last { $0["reqId"] == "\(id)" }?["price"] == "100")
        }
    }
}
