import CPcap

/// Writes a pcap file with nanosecond instants, packet by packet.
///
/// The kernel has each packet when `write` returns. If this program ends then, the file is readable
/// up to the last packet.
package final class CaptureWriter {
    package let path: String
    package let linkType: LinkType

    private let handle: OpaquePointer
    private let dumper: OpaquePointer

    /// Creates the file, or empties an existing one, and writes the file header.
    package init(path: String, linkType: LinkType) throws(CaptureError) {
        self.path = path
        self.linkType = linkType
        guard
            let opened = pcap_open_dead_with_tstamp_precision(
                linkType.dlt, Self.maxPacketBytes, UInt32(PCAP_TSTAMP_PRECISION_NANO))
        else { throw .cannotWrite(path: path, reason: "out of memory") }
        // libpcap's own `fopen` would pass the descriptor on to every client program started.
        guard let file = fopen(path, "we") else {
            pcap_close(opened)
            throw .cannotWrite(path: path, reason: "cannot be created")
        }
        // Room for a whole packet, so that each one leaves in a single write.
        setvbuf(file, nil, _IOFBF, 1 << 17)
        guard let dumper = pcap_dump_fopen(opened, file) else {
            let reason = String(cString: pcap_geterr(opened))
            fclose(file)
            pcap_close(opened)
            throw .cannotWrite(path: path, reason: reason)
        }
        handle = opened
        self.dumper = dumper
        if pcap_dump_flush(dumper) != 0 {
            throw .cannotWrite(path: path, reason: "the file header could not be written")
        }
    }

    deinit {
        pcap_dump_close(dumper)
        pcap_close(handle)
    }

    /// Appends one packet, complete from its link header on.
    package func write(_ packet: [UInt8], at instant: CaptureInstant) throws(CaptureError) {
        precondition(packet.count <= Int(Self.maxPacketBytes), "packet above the snapshot length")
        let (seconds, nanoseconds) = instant.nanosecondsSinceEpoch
            .quotientAndRemainder(dividingBy: 1_000_000_000)
        var header = pcap_pkthdr()
        header.ts.tv_sec = Int(seconds)
        // At nanosecond precision libpcap keeps nanoseconds in `tv_usec`.
        header.ts.tv_usec = Int(nanoseconds)
        header.caplen = UInt32(packet.count)
        header.len = UInt32(packet.count)
        packet.withUnsafeBufferPointer { bytes in
            pcap_dump(UnsafeMutablePointer<UInt8>(dumper), &header, bytes.baseAddress)
        }
        if pcap_dump_flush(dumper) != 0 {
            throw .cannotWrite(
                path: path, reason: "a packet could not be written; is the disk full?")
        }
    }

    private static let maxPacketBytes: CInt = 262_144
}
