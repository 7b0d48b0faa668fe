import CPcap

/// Writes a pcapng file, packet by packet, because libpcap cannot.
///
/// The kernel has each block when the call returns. If this program ends then, the file is readable
/// up to the last packet.
package final class PcapngWriter {
    package let path: String
    package let linkType: LinkType
    package private(set) var interfaceCount = 0

    private let file: UnsafeMutablePointer<FILE>

    /// Creates the file, or empties an existing one, and writes the section header.
    package init(path: String, linkType: LinkType) throws(CaptureError) {
        self.path = path
        self.linkType = linkType
        // Not passed on to any client program started.
        guard let file = fopen(path, "we") else {
            throw .cannotWrite(path: path, reason: "cannot be created")
        }
        self.file = file
        // Room for a whole packet, so that each one leaves in a single write.
        setvbuf(file, nil, _IOFBF, 1 << 17)
        try write(PcapngBlock.sectionHeader(application: "fakegw"))
    }

    deinit {
        fclose(file)
    }

    /// Declares an interface.
    ///
    /// - Returns: Its number, for its packets.
    package func addInterface(named name: String) throws(CaptureError) -> Int {
        try write(PcapngBlock.interface(name: name, linkType: linkType))
        interfaceCount += 1
        return interfaceCount - 1
    }

    /// Appends one packet, complete from its link header on.
    package func write(
        _ packet: [UInt8], at instant: CaptureInstant, interface: Int, comment: String? = nil
    ) throws(CaptureError) {
        precondition(
            packet.count <= Int(PcapngBlock.maxPacketBytes), "packet above the snapshot length")
        precondition(interface < interfaceCount, "packet of an interface that was not declared")
        try write(
            PcapngBlock.packet(packet, at: instant, interface: interface, comment: comment))
    }

    private func write(_ block: [UInt8]) throws(CaptureError) {
        guard fwrite(block, 1, block.count, file) == block.count, fflush(file) == 0 else {
            throw .cannotWrite(
                path: path, reason: "a packet could not be written; is the disk full?")
        }
    }
}
