import CPcap
import Simulation

/// A network interface that is listened on through libpcap.
///
/// The kernel keeps the packets that this program has not taken yet. When they are more than
/// `bufferBytes`, it drops further ones and counts them. It sees what the interface is sent, without
/// promiscuous mode.
final class LiveInterface {
    /// Bytes kept of a packet.
    ///
    /// Loopback's largest packets have 64 KiB and their headers.
    static let maxPacketBytes: CInt = 262_144
    static let bufferBytes: CInt = 32 << 20
    /// How long the kernel gathers packets before it hands them on, in milliseconds.
    static let gatheringTime: CInt = 50

    enum Taken {
        case packet
        /// There is none now.
        case none
        /// The interface hands on nothing more; the text is libpcap's reason.
        case ended(String)
    }

    let name: String
    let linkType: LinkType
    /// Readable when there are packets.
    let descriptor: CInt

    private let handle: OpaquePointer
    /// What a packet's fraction of a second is counted in.
    private let fractionNanoseconds: Int64

    /// - Parameter filter: In libpcap's language, which the kernel applies.
    init(_ name: String, filter: String) throws(CaptureError) {
        let handle = try Self.activated(name)
        guard let linkType = LinkType(fileNumber: Int(pcap_datalink(handle))) else {
            let number = pcap_datalink(handle)
            pcap_close(handle)
            throw .unsupportedLinkType(path: name, name: LinkType.name(ofFileNumber: Int(number)))
        }
        let descriptor = pcap_get_selectable_fd(handle)
        guard descriptor >= 0, Self.set(filter, handle) else {
            let reason = String(cString: pcap_geterr(handle))
            pcap_close(handle)
            throw .cannotCapture(interface: name, reason: reason)
        }
        self.name = name
        self.linkType = linkType
        self.descriptor = descriptor
        self.handle = handle
        fractionNanoseconds =
            pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000
    }

    deinit {
        pcap_close(handle)
    }

    /// Takes the next packet, without waiting.
    ///
    /// - Parameter body: Gets its captured bytes, when it came, and its size on the wire.
    func take(_ body: (Span<UInt8>, CaptureInstant, _ originalLength: Int) -> Void) -> Taken {
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var bytes: UnsafePointer<UInt8>?
        switch pcap_next_ex(handle, &header, &bytes) {
        case 1:
            guard let header = header?.pointee else { return .none }
            let captured = UnsafeBufferPointer(start: bytes, count: Int(header.caplen))
            body(
                Span(_unsafeElements: captured),
                CaptureInstant(
                    seconds: Int64(header.ts.tv_sec),
                    nanoseconds: Int64(header.ts.tv_usec) * fractionNanoseconds),
                Int(header.len))
            return .packet
        case 0: return .none
        default: return .ended(String(cString: pcap_geterr(handle)))
        }
    }

    /// Packets that the kernel or the interface had no room for.
    var droppedCount: Int {
        var counts = pcap_stat()
        guard pcap_stats(handle, &counts) == 0 else { return 0 }
        return Int(counts.ps_drop) + Int(counts.ps_ifdrop)
    }

    // Helpers, in the order they are called.

    private static func activated(_ name: String) throws(CaptureError) -> OpaquePointer {
        var reason = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard let handle = pcap_create(name, &reason) else {
            throw .cannotCapture(interface: name, reason: text(reason))
        }
        pcap_set_snaplen(handle, maxPacketBytes)
        pcap_set_promisc(handle, 0)
        pcap_set_timeout(handle, gatheringTime)
        pcap_set_buffer_size(handle, bufferBytes)
        pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO)
        let status = pcap_activate(handle)
        if status >= 0, pcap_setnonblock(handle, 1, &reason) == 0 { return handle }
        let own = String(cString: pcap_geterr(handle))
        pcap_close(handle)
        switch status {
        case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
            throw .captureNotPermitted(interface: name)
        case PCAP_ERROR_NO_SUCH_DEVICE: throw .noInterface(name: name, known: interfaces())
        case 0...: throw .cannotCapture(interface: name, reason: text(reason))
        default:
            let known = String(cString: pcap_statustostr(status))
            throw .cannotCapture(interface: name, reason: own.isEmpty ? known : own)
        }
    }

    private static func set(_ filter: String, _ handle: OpaquePointer) -> Bool {
        var program = bpf_program()
        guard pcap_compile(handle, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
            return false
        }
        defer { pcap_freecode(&program) }
        return pcap_setfilter(handle, &program) == 0
    }

    /// The interfaces of this machine that are up and carry packets of a network.
    private static func interfaces() -> [String] {
        var reason = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        var first: UnsafeMutablePointer<pcap_if_t>?
        guard pcap_findalldevs(&first, &reason) == 0 else { return [] }
        defer { pcap_freealldevs(first) }
        var names: [String] = []
        var next = first
        while let interface = next?.pointee {
            let name = String(cString: interface.name)
            let isOther = ["nf", "dbus", "usbmon", "bluetooth"].contains(where: name.hasPrefix)
            if interface.flags & UInt32(PCAP_IF_UP) != 0, !isOther { names.append(name) }
            next = interface.next
        }
        return names
    }
}
