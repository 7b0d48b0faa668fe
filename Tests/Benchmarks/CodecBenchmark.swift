import GatewayWire
import Glibc
import Simulation
import WireSamples

/// Decoding and encoding, beside ib_insync's decoder and one written without much thought.
enum CodecBenchmark {
    private static let messageCount = 60_000
    private static let rounds = 9
    private static let textVersion = 176
    private static let protobufVersion = 225

    static func run() -> Table {
        var day = TradingDay(seed: 1)
        let messages = (0..<messageCount).map { _ in day.next() }
        let text = stream(messages, textVersion)
        let protobuf = stream(messages, protobufVersion)
        let title =
            "\(messageCount) messages, \(text.count / messageCount) bytes each as text at "
            + "\(textVersion), \(protobuf.count / messageCount) as protobuf at \(protobufVersion); "
            + "medians of \(rounds) interleaved rounds"

        let python = PythonDecoder(text, version: textVersion)
        var insync = Measurement("ib_insync")
        var naive = Measurement("naive Swift", against: "ib_insync")
        var scan = Measurement("text scan", against: "ib_insync")
        var decode = Measurement("text decode", against: "ib_insync")
        var encode = Measurement("text encode", against: "naive Swift")
        var protobufDecode = Measurement("protobuf decode", against: "ib_insync")
        var protobufEncode = Measurement("protobuf encode", against: "naive Swift")
        for _ in 0..<rounds {
            if let (count, seconds) = python.round() {
                insync.add(count: count, seconds: seconds)
            }
            naive.time(messageCount) { NaiveDecoder.decode(text) }
            scan.time(messageCount * 10) { (0..<10).reduce(0) { sum, _ in sum + scanned(text) } }
            decode.time(messageCount) { decoded(text, textVersion) }
            encode.time(messageCount) { encoded(messages, textVersion) }
            protobufDecode.time(messageCount) { decoded(protobuf, protobufVersion) }
            protobufEncode.time(messageCount) { encoded(messages, protobufVersion) }
        }
        python.finish()
        return Table(
            title: title,
            rows: [insync, naive, scan, decode, encode, protobufDecode, protobufEncode])
    }

    private static func stream(_ messages: [Message], _ version: Int) -> [UInt8] {
        let encoder = MessageEncoder(serverVersion: version)
        return messages.flatMap { encoder.encode($0) }
    }

    /// Frame boundary, id, schema, the version's layout verified, every field's place known.
    private static func scanned(_ stream: [UInt8]) -> Int {
        var scanner = MessageScanner(serverVersion: textVersion, direction: .toClient)
        let bytes = stream.span
        let boundary = FrameBoundary()
        var head = 0
        var count = 0
        while let body = try? boundary.body(in: bytes, from: head) {
            if case .text = scanner.scan(bytes.extracting(body)) { count += 1 }
            head = body.upperBound
        }
        return count
    }

    private static func decoded(_ stream: [UInt8], _ version: Int) -> Int {
        let decoder = MessageDecoder(serverVersion: version, direction: .toClient)
        var reader = FrameReader()
        reader.append(stream)
        var count = 0
        while let body = try? reader.next() {
            if case .message = decoder.decode(body) { count += 1 }
        }
        return count
    }

    private static func encoded(_ messages: [Message], _ version: Int) -> Int {
        let encoder = MessageEncoder(serverVersion: version)
        var bytes = 0
        for message in messages { bytes += encoder.encode(message).count }
        return bytes > 0 ? messages.count : 0
    }
}

/// The decoder one writes first: a text of the frame, split, every field a text of its own.
private enum NaiveDecoder {
    static func decode(_ stream: [UInt8]) -> Int {
        var count = 0
        var head = 0
        while head + 4 <= stream.count {
            let length = stream[head..<(head + 4)].reduce(0) { $0 << 8 | Int($1) }
            let body = stream[(head + 4)..<(head + 4 + length)]
            head += 4 + length
            let text = String(decoding: body, as: UTF8.self)
            let fields = text.split(separator: "\0", omittingEmptySubsequences: false)
                .map(String.init)
            if let id = Int(fields[0]), id > 0 { count += 1 }
        }
        return count
    }
}

/// ib_insync's decoder in a process of its own, a run each round.
private struct PythonDecoder {
    private let path: String
    private let command: String?

    init(_ stream: [UInt8], version: Int) {
        var name = Array("/tmp/fakegw-codec-XXXXXX".utf8CString)
        let descriptor = mkstemp(&name)
        path = Self.text(name)
        if let file = fdopen(descriptor, "w") {
            fwrite(stream, 1, stream.count, file)
            fclose(file)
        }
        if let python = getenv("FAKEGW_BENCH_PYTHON"),
            let script = getenv("FAKEGW_BENCH_DECODER")
        {
            let words = [String(cString: python), String(cString: script), path]
            command = words.map { "'\($0)' " }.joined() + String(version)
        } else {
            command = nil
        }
    }

    func round() -> (count: Int, seconds: Double)? {
        guard let command, let pipe = popen(command, "r") else { return nil }
        defer { pclose(pipe) }
        var line = [CChar](repeating: 0, count: 200)
        guard fgets(&line, 200, pipe) != nil else { return nil }
        let words = Self.text(line).split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let count = Int(words[0]), let seconds = Double(words[1]) else {
            return nil
        }
        return (count, seconds)
    }

    func finish() { unlink(path) }

    private static func text(_ characters: [CChar]) -> String {
        String(
            decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
