import CaptureImport
import EventLog
import GatewayWire
import Simulation
import Testing

@testable import fakegw

@Suite struct `The files of streams` {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func take(
        _ bytes: [UInt8], _ direction: Direction, _ connection: Int, into files: inout StreamFiles
    ) {
        files.take(
            bytes.span, direction, of: ConnectionID(connection),
            at: CaptureInstant(nanosecondsSinceEpoch: 0), packet: 1)
    }

    private func end(_ connection: Int, in files: inout StreamFiles) {
        files.take(
            CapturedEvent(
                connection: ConnectionID(connection), at: CaptureInstant(nanosecondsSinceEpoch: 0),
                packet: 1, happening: .closed(.stillOpen)))
    }

    private func content(_ name: String) throws -> [UInt8] {
        Array(try Files.readText("\(folder.path)/\(name)").utf8)
    }

    /// Text that tells its place and its stream.
    private func text(_ stream: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(0x20 + ($0 * 7 + $0 / 90 + stream * 11) % 90) }
    }

    @Test(arguments: [(64 << 20, 256), (1000, 256), (64 << 20, 1), (200_000, 3), (0, 40)])
    func `hold every byte in order, whatever may wait and be open`(
        mostWaiting: Int, mostOpen: Int
    ) throws {
        var files = StreamFiles(
            folder: folder.path, mostWaiting: mostWaiting, mostOpen: mostOpen)
        // More than two pieces each, in parts of many sizes, one of them larger than a piece.
        let sizes = [1, 4000, 60_000, 16_384, 7, 3, 20_000]
        var start = 0
        for size in sizes {
            for connection in 1...12 {
                for direction in Direction.allCases {
                    let stream = connection * 2 + (direction == .toClient ? 1 : 0)
                    let part = text(stream, start + size)[start...]
                    take(Array(part), direction, connection, into: &files)
                }
            }
            start += size
        }
        files.finish()
        #expect(files.failure == nil)
        for connection in 1...12 {
            #expect(try content("\(connection)-toGateway") == text(connection * 2, start))
            #expect(try content("\(connection)-toClient") == text(connection * 2 + 1, start))
        }
    }

    @Test(arguments: [0, 1000, 16_383])
    func `wait for no more bytes in all than they may`(mostWaiting: Int) throws {
        var files = StreamFiles(folder: folder.path, mostWaiting: mostWaiting)
        for connection in 1...10 { take(text(1, 100), .toClient, connection, into: &files) }
        take(text(1, 15_383), .toClient, 1, into: &files)
        let isWritten = (try? content("1-toClient")) != nil
        #expect(isWritten == (mostWaiting < 16_383))
    }

    @Test func `take the place of files that were there before`() throws {
        let old = String(decoding: text(9, 70_000), as: UTF8.self)
        try Files.write(old, to: "\(folder.path)/1-toClient")
        var files = StreamFiles(folder: folder.path)
        take(text(1, 10), .toClient, 1, into: &files)
        files.finish()
        #expect(try content("1-toClient") == text(1, 10))
    }

    @Test func `stay apart when a connection follows one that has ended`() throws {
        var files = StreamFiles(folder: folder.path)
        for connection in 1...3 {
            take(text(connection, 40_000), .toGateway, connection, into: &files)
            end(connection, in: &files)
        }
        files.finish()
        for connection in 1...3 {
            #expect(try content("\(connection)-toGateway") == text(connection, 40_000))
        }
    }

    @Test func `say which of them cannot be written`() {
        var files = StreamFiles(folder: "\(folder.path)/nowhere")
        take(text(1, 10), .toClient, 7, into: &files)
        files.finish()
        #expect(
            files.failure == "cannot write \(folder.path)/nowhere/7-toClient: "
                + "No such file or directory")
    }
}
