import CaptureImport
import Glibc
import Testing

/// `Captures/broken`: each file beside what is said of it.
///
/// With `FAKEGW_WRITE_GOLDEN=1` what is said is written anew.
@Suite struct `A broken capture` {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/Captures/broken"
    }()

    private static let names = [
        "compressed.pcap.xz", "damaged-archive.pcap.gz", "diary.pcap", "empty.pcap",
        "ends-in-archive.pcap.gz", "ends-in-header.pcap", "ends-in-packet.pcap",
        "foreign-link.pcapng", "lying-block.pcapng", "lying-length.pcap", "no-interface.pcapng",
        "no-tcp.pcap", "torn-block.pcapng",
    ]

    /// How much was read, and what `decode` says of the rest.
    private func diagnosis(of path: String) -> String {
        var count = 0
        do throws(CaptureError) {
            var capture = try DecodedCapture(path: path)
            while try capture.next() != nil { count += 1 }
            let notes = capture.notes.map { "note: \($0)\n" }
            return "\(count) events\n" + notes.joined()
                + (capture.isDamaged ? "damaged\n" : "")
        } catch {
            return "\(count) events\nerror: \(error)\n"
        }
    }

    @Test(arguments: names)
    func `is read as far as it goes, and says where it breaks`(name: String) throws {
        let path = "\(Self.folder)/\(name)"
        let seen = diagnosis(of: path).split(separator: Self.folder + "/").joined()
        if getenv("FAKEGW_WRITE_GOLDEN") != nil, let file = fopen("\(path).expected", "w") {
            fputs(seen, file)
            fclose(file)
        }
        let expected = String(
            decoding: TemporaryFolder().contents(of: "\(path).expected"), as: UTF8.self)
        #expect(seen == expected)
    }
}
