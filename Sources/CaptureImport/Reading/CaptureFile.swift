import CPcap

/// One pcap or pcapng file, read from front to back.
///
/// It owns libpcap's handle and all of its unsafe pointers. Packets are passed as spans that cannot
/// outlive the call. It does not look into packets.
package final class CaptureFile {
    package let path: String
    package let linkType: LinkType
    /// Packets read so far; the last one read has this number, as in Wireshark.
    package private(set) var packetCount = 0
    /// Why reading stopped before the end of the recording, once it has.
    package private(set) var note: CaptureNote?

    private let handle: OpaquePointer
    private var isAtEnd = false

    /// Opens the file and reads its header.
    package init(path: String) throws(CaptureError) {
        self.path = path
        try Self.checkStart(of: path)
        var message = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))
        guard
            let opened = pcap_open_offline_with_tstamp_precision(
                path, UInt32(PCAP_TSTAMP_PRECISION_NANO), &message)
        else {
            throw Self.failure(path: path, reason: text(message))
        }
        handle = opened
        let dlt = pcap_datalink(opened)
        guard let known = LinkType(dlt: dlt) else {
            let name = pcap_datalink_val_to_name(dlt).map { String(cString: $0) } ?? "\(dlt)"
            // `deinit` runs only for a fully set up object.
            pcap_close(opened)
            throw .unsupportedLinkType(path: path, name: name)
        }
        linkType = known
    }

    deinit {
        pcap_close(handle)
    }

    /// Hands the next packet to `body`: its instant, its captured bytes, and its length on the wire.
    ///
    /// - Returns: What `body` returned, or nil at the end; then `note` says whether the file was
    ///   complete.
    package func withNextPacket<Result>(
        _ body: (CaptureInstant, Span<UInt8>, Int) -> Result
    ) -> Result? {
        if isAtEnd { return nil }
        var header: UnsafeMutablePointer<pcap_pkthdr>?
        var start: UnsafePointer<UInt8>?
        let outcome = pcap_next_ex(handle, &header, &start)
        guard outcome == 1, let header, let start else {
            stop(after: outcome)
            return nil
        }
        packetCount += 1
        let record = header.pointee
        // At nanosecond precision libpcap keeps nanoseconds in `tv_usec`.
        let instant = CaptureInstant(
            seconds: Int64(record.ts.tv_sec), nanoseconds: Int64(record.ts.tv_usec))
        let bytes = Span(_unsafeStart: start, count: Int(record.caplen))
        return body(instant, bytes, Int(record.len))
    }

    private func stop(after outcome: CInt) {
        isAtEnd = true
        // -2 is the end of the file, -1 an error.
        if outcome == -2 { return }
        let reason = String(cString: pcap_geterr(handle))
        let packet = packetCount + 1
        note =
            reason.hasPrefix("truncated")
            ? .endsInPacket(packet: packet) : .unreadable(packet: packet, reason: reason)
    }

    /// Detects empty, unreadable and compressed files first, because libpcap reports the same error
    /// for them.
    private static func checkStart(of path: String) throws(CaptureError) {
        // A file that cannot be opened is left to libpcap, which has the system's reason.
        guard let file = fopen(path, "re") else { return }
        defer { fclose(file) }
        var first = [UInt8](repeating: 0, count: 4)
        let count = fread(&first, 1, first.count, file)
        if count == 0, feof(file) != 0 { throw .empty(path: path) }
        let packed: String? =
            switch (first[0], first[1]) {
            case (0x1F, 0x8B): "a gzip archive"
            case (0x28, 0xB5): "a zstd archive"
            case (0xFD, 0x37): "an xz archive"
            case (0x50, 0x4B): "a zip archive"
            default: nil
            }
        if let packed {
            throw .notACapture(path: path, looksLike: packed, reason: "unknown file format")
        }
    }

    private static func failure(path: String, reason: String) -> CaptureError {
        if reason.hasPrefix("truncated") {
            return .headerIncomplete(path: path, reason: reason)
        }
        // libpcap puts the path before the system's reason and only there.
        if reason.hasPrefix("\(path): ") {
            return .cannotOpen(path: path, reason: String(reason.dropFirst(path.count + 2)))
        }
        if reason.hasPrefix("error reading dump file: ") {
            let detail = reason.dropFirst("error reading dump file: ".count)
            return .cannotOpen(path: path, reason: String(detail))
        }
        return .notACapture(path: path, looksLike: nil, reason: reason)
    }
}

/// The text in a C buffer up to its zero byte.
func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
