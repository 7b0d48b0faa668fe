/// The control bits of a TCP header that matter here.
package struct TCPFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let fin = TCPFlags(rawValue: 0x01)
    package static let syn = TCPFlags(rawValue: 0x02)
    package static let rst = TCPFlags(rawValue: 0x04)
    package static let push = TCPFlags(rawValue: 0x08)
    package static let ack = TCPFlags(rawValue: 0x10)
}

/// What one captured packet says about a TCP connection.
package struct TCPSegment: Equatable, Sendable {
    package var source: TCPEndpoint
    package var destination: TCPEndpoint
    /// Sequence number of the first payload byte, or of the SYN.
    package var sequence: UInt32
    /// The next byte expected from the other side; means something only with the ACK flag.
    package var acknowledgement: UInt32
    package var flags: TCPFlags
    /// The window field as sent, not yet scaled.
    package var window: UInt16
    /// The window scale option of a SYN, 0...14.
    package var windowShift: UInt8?
    /// Where the captured part of the payload stands in the packet.
    package var payload: Range<Int>
    /// Payload bytes at the end that were sent but not captured.
    package var missingBytes: Int
    package var checksum: Checksum

    /// What a segment's checksum says of it.
    package enum Checksum: Hashable, Sendable {
        /// Not all of the segment was captured, or nobody looked.
        case unknown
        case right
        /// Left to the network card, as segments captured on the machine that sends them.
        case offloaded
        case wrong
    }

    package init(
        source: TCPEndpoint, destination: TCPEndpoint, sequence: UInt32,
        acknowledgement: UInt32 = 0, flags: TCPFlags, window: UInt16 = 65_535,
        windowShift: UInt8? = nil, payload: Range<Int> = 0..<0, missingBytes: Int = 0,
        checksum: Checksum = .unknown
    ) {
        self.source = source
        self.destination = destination
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.flags = flags
        self.window = window
        self.windowShift = windowShift
        self.payload = payload
        self.missingBytes = missingBytes
        self.checksum = checksum
    }
}
