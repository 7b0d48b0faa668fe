import EventLog
import GatewayWire
import Simulation

/// What the recorder of rust-ibapi wrote (`IBAPI_RECORDING_DIR`): a folder for each client, in it a file
/// for each message.
///
/// ```
/// 2026-01-15-14-31-0/0000-request.msg    61|1|
/// 2026-01-15-14-31-0/0001-response.msg   61|3|DU1234567|265598|AAPL|…
/// ```
///
/// A file holds a frame's body without its length. Text has a bar in place of each NUL, protobuf is as it
/// was on the wire. The folder's name is the minute when the client began, in UTC, and a number. Neither the
/// handshake nor any other time is recorded, so the server version is inferred, and all messages have
/// one time. The number of a file stands for a packet's.
///
/// - Source: `src/transport/recorder.rs` of rust-ibapi.
package struct RustRecording: MessageSource {
    /// Messages read; further ones are left out.
    package static let maxMessages = 1_000_000
    /// Folders of clients read; further ones are left out.
    package static let maxFolders = 10_000
    /// The largest body read, in bytes: a frame's largest.
    package static let maxBodyBytes = 0xFF_FFFF

    private struct File: Comparable {
        let number: Int
        let direction: Direction
        let name: String

        static func < (one: File, other: File) -> Bool {
            (one.number, one.direction == .toClient ? 1 : 0)
                < (other.number, other.direction == .toClient ? 1 : 0)
        }
    }

    private struct Client {
        let folder: String
        let beganAt: CaptureInstant
        let files: [File]
    }

    package let path: String
    private let givenVersion: Int?
    private let clients: [Client]
    private var messages: BareMessages
    private var versionNotes: [String] = []
    private var empty = Occurrences()
    private var tooLarge = Occurrences()
    private var unreadable: (path: String, reason: String)?
    private let omittedCount: Int

    /// Lists the files of a folder, or of the folders in it.
    ///
    /// - Parameters:
    ///   - serverVersion: `nil` to infer it.
    ///   - completesHandshake: A hello, an answer and a startApi are made up where none is recorded,
    ///     so that the messages can be replayed.
    package init(
        path: String, serverVersion: Int? = nil, completesHandshake: Bool = false
    ) throws(CaptureError) {
        self.path = path
        givenVersion = serverVersion
        messages = BareMessages(
            separator: UInt8(ascii: "|"), completesHandshake: completesHandshake)
        var clients: [Client] = []
        var omitted = 0
        let own = try Self.files(in: path, &omitted)
        if !own.isEmpty {
            clients = [Client(folder: path, beganAt: Self.instant(of: path), files: own)]
        } else {
            var names = try FileReading.names(in: path, &omitted).sorted(by: Self.isEarlier)
            omitted += max(0, names.count - Self.maxFolders)
            names = Array(names.prefix(Self.maxFolders))
            for name in names where FileReading.isFolder("\(path)/\(name)") {
                let files = try Self.files(in: "\(path)/\(name)", &omitted)
                guard !files.isEmpty else { continue }
                clients.append(
                    Client(
                        folder: "\(path)/\(name)", beganAt: Self.instant(of: name), files: files))
            }
        }
        guard !clients.isEmpty else { throw .noRecording(path: path) }
        self.clients = clients
        omittedCount = omitted
    }

    package var notes: [String] {
        var notes = [
            "recorded by rust-ibapi: times and the handshake are not in it, and no connection's end; "
                + "every message has the time at which its client began, and silences cannot be seen"
        ]
        notes += versionNotes
        if messages.completesHandshake {
            notes.append("hello, its answer and startApi are made up where they were not recorded")
        }
        if empty.count > 0 {
            notes.append("\(empty.count) files are empty, the first is number \(empty.first)")
        }
        if tooLarge.count > 0 {
            notes.append(
                "\(tooLarge.count) files are larger than a frame can be and were left out, the first "
                    + "is number \(tooLarge.first)")
        }
        if let unreadable {
            notes.append("\(unreadable.path) cannot be read: \(unreadable.reason)")
        }
        if messages.ambiguous.count > 0 {
            notes.append(
                "\(messages.ambiguous.count) messages hold bars that could not be told from those between "
                    + "fields, the first is number \(messages.ambiguous.first)")
        }
        if omittedCount > 0 {
            notes.append("\(omittedCount) files or folders were too many to read")
        }
        return notes
    }

    package var isDamaged: Bool { empty.count > 0 || tooLarge.count > 0 || unreadable != nil }

    package mutating func read<Sink: DecodedEventSink>(
        into sink: inout Sink
    ) throws(CaptureError) {
        for client in clients { read(client, into: &sink) }
    }

    // Helpers, in the order they are called.

    private static func files(
        in folder: String, _ omitted: inout Int
    ) throws(CaptureError) -> [File] {
        var files: [File] = []
        for name in try FileReading.names(in: folder, &omitted) {
            guard let file = file(named: name), FileReading.isRegular("\(folder)/\(name)") else {
                continue
            }
            if files.count < maxMessages { files.append(file) } else { omitted += 1 }
        }
        return files.sorted()
    }

    /// `0012-request.msg`, `0013-response.msg`; more digits when there are more messages.
    private static func file(named name: String) -> File? {
        let digits = name.prefix { $0.isASCII && $0.isNumber }
        guard digits.count >= 4, digits.count <= 15, let number = Int(digits) else { return nil }
        switch name.dropFirst(digits.count) {
        case "-request.msg": return File(number: number, direction: .toGateway, name: name)
        case "-response.msg": return File(number: number, direction: .toClient, name: name)
        default: return nil
        }
    }

    /// By minute, then by number, which has no zeros in front.
    private static func isEarlier(_ one: String, _ other: String) -> Bool {
        let (one, other) = (parts(of: one), parts(of: other))
        return (one.minute, one.number) < (other.minute, other.number)
    }

    private static func parts(of name: String) -> (minute: String, number: Int) {
        let minute = String(name.prefix(16))
        return (minute, Int(name.dropFirst(17)) ?? 0)
    }

    /// The minute in a folder's name `2026-01-15-14-31-0`; 1970 in another name.
    private static func instant(of path: String) -> CaptureInstant {
        let parts = (path.split(separator: "/").last ?? "").split(separator: "-")
        let unknown = CaptureInstant(nanosecondsSinceEpoch: 0)
        guard parts.count == 6 else { return unknown }
        let date = parts[..<3].joined(separator: "-")
        return CaptureInstant(isoText: "\(date)T\(parts[3]):\(parts[4])Z") ?? unknown
    }

    private mutating func read<Sink: DecodedEventSink>(
        _ client: Client, into sink: inout Sink
    ) {
        let version = version(of: client)
        let name = client.folder.split(separator: "/").last ?? ""
        guard let version else {
            versionNotes.append(
                "\(name): no server version is known at which its messages can be read")
            return
        }
        for file in client.files {
            guard let body = body(of: file, in: client) else { continue }
            messages.take(
                body, file.direction, at: client.beganAt, number: file.number, version, into: &sink)
        }
        messages.close(into: &sink)
    }

    /// The version that is given, or the one that reads most of the client's first messages.
    private mutating func version(of client: Client) -> BareMessages.Version? {
        if let givenVersion { return BareMessages.Version(number: givenVersion, isInferred: false) }
        var inference = VersionInference()
        for file in client.files where inference.wantsMore {
            guard
                case .bytes(let bytes) = FileReading.contents(
                    of: "\(client.folder)/\(file.name)", maxBytes: Self.maxBodyBytes),
                !bytes.isEmpty
            else { continue }
            inference.add(Self.recorded(bytes), file.direction)
        }
        guard let answer = inference.answer else { return nil }
        let name = client.folder.split(separator: "/").last ?? ""
        versionNotes.append("\(name): \(answer.sentence)")
        return BareMessages.Version(number: answer.version, isInferred: true)
    }

    private static func recorded(_ bytes: [UInt8]) -> RecordedBody {
        RecordedBody(bytes: bytes, separator: UInt8(ascii: "|"), mayEndTwice: true)
    }

    private mutating func body(of file: File, in client: Client) -> RecordedBody? {
        let path = "\(client.folder)/\(file.name)"
        switch FileReading.contents(of: path, maxBytes: Self.maxBodyBytes) {
        case .bytes(let bytes):
            if bytes.isEmpty {
                empty.add(file.number)
                return nil
            }
            return Self.recorded(bytes)
        case .tooLarge:
            tooLarge.add(file.number)
            return nil
        case .unreadable(let reason):
            if unreadable == nil { unreadable = (path, reason) }
            return nil
        }
    }
}
