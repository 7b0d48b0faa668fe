import Simulation

/// Why a capture cannot be read or written at all.
///
/// An incomplete capture is not an error. A `CaptureNote` describes it, and everything that could
/// be read is returned.
package enum CaptureError: Error, Equatable, Sendable {
    /// The operating system refused to open the file; `reason` is its own text.
    case cannotOpen(path: String, reason: String)
    case empty(path: String)
    /// The file is not a capture. `looksLike` names the kind of file when it is known.
    case notACapture(path: String, looksLike: String?, reason: String)
    /// The file ends within its own header.
    case headerIncomplete(path: String, reason: String)
    case unsupportedLinkType(path: String, name: String)
    /// Read to its end, and no packet was TCP.
    case noTCP(path: String, packetCount: Int)
    case cannotWrite(path: String, reason: String)
    /// A folder or a log without a message that can be read.
    case noRecording(path: String)
    /// The kernel lets nobody without the right to it listen.
    case captureNotPermitted(interface: String)
    /// `known` are interfaces of this machine.
    case noInterface(name: String, known: [String])
    /// An interface cannot be listened on; `reason` is libpcap's text.
    case cannotCapture(interface: String, reason: String)
}

extension CaptureError: CustomStringConvertible {
    /// What was found and, on a second line, what to do next.
    package var description: String {
        switch self {
        case .cannotOpen(let path, let reason):
            """
            \(path): cannot be opened: \(reason)
              hint: check the path, and that you may read the file
            """
        case .empty(let path):
            """
            \(path): the file is empty (0 bytes)
              hint: a recorder writes its header at once, so recording never started; \
            look for its error message and record again
            """
        case .notACapture(let path, let looksLike, let reason):
            """
            \(path): not a pcap or pcapng capture\(looksLike.map { ", it looks like \($0)" } ?? "")\
             (\(reason))
              hint: \(Self.hint(for: looksLike))
            """
        case .headerIncomplete(let path, let reason):
            """
            \(path): the capture ends within its file header (\(reason))
              hint: nothing can be recovered from it; copy or record it again
            """
        case .unsupportedLinkType(let path, let name):
            """
            \(path): packets were recorded on a link of type \(name), which is not supported
              hint: record on the Ethernet or loopback interface, or with 'tcpdump -i any'
            """
        case .noTCP(let path, let packetCount):
            """
            \(path): none of its \(packetCount) packets is TCP
              hint: record with a filter such as 'tcp port 4001 or tcp port 4002', on the \
            interface the client uses ('lo' when client and gateway share a machine)
            """
        case .cannotWrite(let path, let reason):
            """
            \(path): cannot be written: \(reason)
              hint: check that the folder exists, may be written to and has space left
            """
        case .noRecording(let path):
            """
            \(path): no message was found that can be read at any server version
              hint: a folder has to be one of rust-ibapi: of its recorder (IBAPI_RECORDING_DIR), with \
            files such as 0000-request.msg, or of its raw capture (IBAPI_RAW_CAPTURE_DIR), with files \
            such as 2026-01-15-14-31-0-inbound-000.bin; a gateway's log has lines such as \
            '14:31:07:715 -> …'
            """
        case .captureNotPermitted(let interface):
            """
            \(interface): this user may not capture packets
              hint: run it as root, or give the program the right to it, once: \
            sudo setcap cap_net_raw+ep "$(command -v fakegw)"; or let tcpdump capture: \
            sudo tcpdump -i \(interface) -w FILE.pcap tcp
            """
        case .noInterface(let name, let known):
            """
            there is no interface '\(name)'
              hint: this machine has \(known.joined(separator: ", ")); 'lo' when client and gateway \
            share a machine
            """
        case .cannotCapture(let interface, let reason):
            """
            \(interface): packets cannot be captured: \(reason)
              hint: check that the interface is up ('ip link')
            """
        }
    }

    private static func hint(for looksLike: String?) -> String {
        looksLike == nil
            ? "'file' says what it is; convert other capture formats with 'editcap -F pcapng'"
            : "unpack it first"
    }
}

/// What is missing in a capture that was read.
package enum CaptureNote: Equatable, Sendable {
    /// The file stops within packet `packet`, counted from 1; all before it were read.
    case endsInPacket(packet: Int)
    /// Packet `packet` cannot be read, nor anything after it; `reason` is libpcap's text.
    case unreadable(packet: Int, reason: String)
    /// IP packets of which not all fragments are there.
    case fragments(count: Int, firstPacket: Int)
    /// Packets recorded shorter than they were.
    case cutBySnapshotLength(count: Int, firstPacket: Int)
    /// Packets whose IP or TCP header contradicts itself.
    case malformed(count: Int, firstPacket: Int)
    /// Packets stored later than others that were recorded after them; put in their place.
    case disorder(count: Int, firstPacket: Int)
    /// The clock was set back, first before packet `firstPacket`, by `by` in all. Times after it are
    /// that much later than recorded.
    case clockSetBack(by: Duration, firstPacket: Int)
    /// Packets of a link type that is not supported.
    case foreignLink(count: Int, name: String)
    /// A further file of the recording, and its first packet.
    case nextFile(path: String, firstPacket: Int)
    /// A note about one of several files.
    indirect case inFile(path: String, CaptureNote)
}

extension CaptureNote {
    /// Whether the recording was longer than what could be read.
    package var isDamage: Bool {
        switch self {
        case .endsInPacket, .unreadable: true
        case .inFile(_, let note): note.isDamage
        case .fragments, .cutBySnapshotLength, .malformed, .disorder, .clockSetBack, .foreignLink,
            .nextFile:
            false
        }
    }
}

extension CaptureNote: CustomStringConvertible {
    package var description: String {
        switch self {
        case .endsInPacket(let packet):
            "capture ends in the middle of packet \(packet)"
        case .unreadable(let packet, let reason):
            "packet \(packet) and what follows cannot be read: \(reason)"
        case .fragments(let count, let first):
            "\(count) IP packets lack fragments and were left out, the first is packet \(first)"
        case .cutBySnapshotLength(let count, let first):
            """
            \(count) packets were cut short by the recorder, the first is packet \(first); \
            record with 'tcpdump -s 0'
            """
        case .malformed(let count, let first):
            "\(count) packets have damaged IP or TCP headers, the first is packet \(first)"
        case .disorder(let count, let first):
            "\(count) packets were stored out of order and put in their place, the first is packet "
                + "\(first)"
        case .clockSetBack(let step, let first):
            """
            the clock was set back by \(step.nanoseconds / 1_000_000) ms in all, first before packet \
            \(first); from there on times are that much later than recorded
            """
        case .foreignLink(let count, let name):
            "\(count) packets of link type \(name) were left out: it is not supported"
        case .nextFile(let path, let first): "packet \(first) is the first one of \(path)"
        case .inFile(let path, let note): "\(path): \(note)"
        }
    }
}
