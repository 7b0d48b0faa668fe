import EventLog
import GatewayWire
import Simulation

/// What the raw capture of rust-ibapi wrote (`IBAPI_RAW_CAPTURE_DIR`): for each connection the bytes
/// that the client received, and an index of their frames.
///
/// ```
/// 2026-01-15-14-31-0-inbound-000.bin    the bytes, each frame behind its length
/// 2026-01-15-14-31-0-inbound-000.idx    0,2026-01-15T14:31:07.123Z,0,26
/// ```
///
/// The first frame answers the hello. What the client sent is not recorded, nor how a connection ended.
/// A frame's time is when the client had read its length, in milliseconds; its number stands for a
/// packet's. Connections are numbered by their files' names, and told in the order of their times.
///
/// The recorder writes a length when it was read whole, and so a body. A body that a connection's end
/// cuts off is therefore missing, while its length is there. In the recorder's first version also a
/// read that failed midway lost what it had read, and the next length was read from the bytes behind.
/// Such a loss shows as a gap when the index tells of the next frame, and as a frame out of step
/// otherwise.
///
/// - Source: `src/transport/raw_capture.rs` of rust-ibapi.
package struct RustRawCapture: MessageSource {
    /// Connections read; further ones are left out.
    package static let maxConnections = 10_000
    /// Clients whose files are open at once; a further one is read when one of them is over.
    package static let maxOpenClients = 200

    package let path: String
    private let folder: String
    private let completesHandshake: Bool
    /// In their order.
    private let names: [RawCaptureName]
    private let omittedCount: Int
    /// Indexes without the bytes they tell of.
    private let loneIndexes: [RawCaptureName]
    private let hasFolders: Bool
    private var tally = RawCaptureTally()
    /// A client could not be read when its time had come.
    private var isCrowded = false

    /// Whether a path is a folder of such files, or one of them.
    package static func isOne(_ path: String) -> Bool {
        guard FileReading.isFolder(path) else {
            return RawCaptureName.read(Self.fileName(path)) != nil
        }
        var omitted = 0
        let names = (try? FileReading.names(in: path, &omitted)) ?? []
        return names.contains { RawCaptureName.read($0)?.1 == .bytes }
    }

    /// - Parameters:
    ///   - path: A folder, or a connection's `.bin` or `.idx`; the one beside it is read too.
    ///   - completesHandshake: A hello and a startApi are made up, so that what the gateway said can be
    ///     replayed.
    package init(path: String, completesHandshake: Bool = false) throws(CaptureError) {
        self.path = path
        self.completesHandshake = completesHandshake
        guard FileReading.isFolder(path) else {
            guard let (name, _) = RawCaptureName.read(Self.fileName(path)) else {
                throw .noRecording(path: path)
            }
            folder = String(path.dropLast(Self.fileName(path).count))
            // Fails when the bytes are not there.
            _ = try PlainFile(path: "\(folder)\(name.text).bin")
            names = [name]
            omittedCount = 0
            loneIndexes = []
            hasFolders = false
            return
        }
        folder = path + "/"
        var omitted = 0
        let found = try FileReading.names(in: path, &omitted)
        let files = found.compactMap { RawCaptureName.read($0) }
        let all = files.filter { $0.1 == .bytes }.map(\.0).sorted()
        guard !all.isEmpty else { throw .noRecording(path: path) }
        names = Array(all.prefix(Self.maxConnections))
        omittedCount = omitted + all.count - names.count
        let known = Set(all.map(\.text))
        loneIndexes = files.filter { $0.1 == .index && !known.contains($0.0.text) }.map(\.0)
            .sorted()
        hasFolders = found.contains { FileReading.isFolder("\(path)/\($0)") }
    }

    package var notes: [String] {
        var notes = [
            "a raw capture of rust-ibapi: what the client sent is not in it, and no connection's end, "
                + "so neither requests without an answer can be seen nor answers without a request"
        ]
        if completesHandshake {
            notes.append(
                "hello and startApi are made up; answers to requests are played at their times, "
                    + "whether or not they are asked for")
        }
        notes += tally.notes
        if let first = loneIndexes.first {
            notes.append(
                "\(loneIndexes.count) indexes have no .bin beside them, the first is "
                    + "\(first.text).idx")
        }
        if hasFolders {
            notes.append(
                "folders within it were not read; one that is of rust-ibapi's other recorder has to be "
                    + "named by itself")
        }
        if isCrowded {
            notes.append(
                "more than \(Self.maxOpenClients) clients were connected at once, so not everything is "
                    + "told in the order of times")
        }
        if omittedCount > 0 { notes.append("\(omittedCount) files were too many to read") }
        return notes
    }

    package var isDamaged: Bool { tally.isDamaged || !loneIndexes.isEmpty }

    package mutating func read<Sink: DecodedEventSink>(
        into sink: inout Sink
    ) throws(CaptureError) {
        var told = GatewaySideSink(sink, completesHandshake: completesHandshake)
        defer { sink = told.sink }
        var waiting = clients
        var open: [RawCaptureClient] = []
        while true {
            var first = open.indices.min { open[$0].at < open[$1].at }
            while let next = waiting.last, first.map({ next.beganAt <= open[$0].at }) ?? true {
                if open.count == Self.maxOpenClients {
                    isCrowded = true
                    break
                }
                waiting.removeLast()
                open.append(next)
                first = open.indices.min { open[$0].at < open[$1].at }
            }
            guard let first else { return }
            if !open[first].step(&tally, into: &told) { open.remove(at: first) }
        }
    }

    // Helpers, in the order they are called.

    private static func fileName(_ path: String) -> Substring {
        path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
    }

    /// The last began first.
    private var clients: [RawCaptureClient] {
        let connections = names.enumerated().map { (number: $0 + 1, name: $1) }
        return Dictionary(grouping: connections, by: \.name.client).values.map {
            RawCaptureClient(
                folder: folder, names: $0.sorted { $0.number < $1.number })
        }.sorted { ($1.beganAt, $1.firstNumber) < ($0.beganAt, $0.firstNumber) }
    }
}
