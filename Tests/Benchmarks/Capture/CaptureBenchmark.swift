import CaptureImport
import GatewayWire
import Glibc
import Simulation

/// Makes captures for `scripts/bench capture`, and reassembles them without looking at the bytes.
enum CaptureBenchmark {
    /// `make MEGABYTES VERSION FILE` or `streams FILE FOLDER`.
    static func run(_ arguments: [String]) -> Bool {
        switch (arguments.first, arguments.count) {
        case ("make", 4):
            guard let size = Int(arguments[1]), let version = Int(arguments[2]),
                let (packets, messages) = CaptureGenerator.write(
                    megabytes: size, version: version, to: arguments[3])
            else { return false }
            print("\(packets) \(messages)")
            return true
        case ("streams", 3): return writeStreams(of: arguments[1], into: arguments[2])
        default: return false
        }
    }

    /// Each direction of each connection into a file, as tcpflow does.
    private static func writeStreams(of path: String, into folder: String) -> Bool {
        do throws(CaptureError) {
            var connections = try CapturedConnections(path: path)
            var files = StreamFiles(folder: folder)
            while try connections.readPacket(into: &files) {}
            files.close()
            print(files.byteCount)
            return true
        } catch {
            print(error)
            return false
        }
    }
}

private struct StreamFiles: CapturedEventSink {
    let folder: String
    var byteCount = 0
    private var files: [Int: UnsafeMutablePointer<FILE>] = [:]

    init(folder: String) {
        self.folder = folder
    }

    mutating func take(_ event: CapturedEvent) {}

    mutating func take(
        _ bytes: Span<UInt8>, _ direction: Direction, of connection: ConnectionID,
        at: CaptureInstant, packet: Int
    ) {
        byteCount += bytes.count
        let number = connection.number * 2 + (direction == .toGateway ? 0 : 1)
        guard let file = files[number] ?? fopen("\(folder)/\(number)", "w") else { return }
        files[number] = file
        _ = bytes.withUnsafeBufferPointer { fwrite($0.baseAddress, 1, $0.count, file) }
    }

    func close() {
        for file in files.values { fclose(file) }
    }
}
