import CPcap

/// What stands before the IP header in each packet of a capture.
package enum LinkType: Hashable, Sendable, CaseIterable {
    /// Ethernet, with any number of VLAN tags.
    case ethernet
    /// Four bytes of address family: BSD and macOS loopback.
    case loopback
    /// Nothing: the packet is IPv4 or IPv6.
    case raw
    /// Linux "any" device, 16 bytes.
    case linuxCooked
    /// Linux "any" device in its second version, 20 bytes.
    case linuxCooked2

    /// The link type with the number that a file has for it.
    ///
    /// Some systems write their own number for raw IP instead (12 or 14).
    init?(fileNumber: Int) {
        switch fileNumber {
        case 1: self = .ethernet
        case 0, 108: self = .loopback
        case 12, 14, 101, 228, 229: self = .raw
        case 113: self = .linuxCooked
        case 276: self = .linuxCooked2
        default: return nil
        }
    }

    /// libpcap's number for it (`DLT_…`, not the one of a file).
    var dlt: CInt {
        switch self {
        case .ethernet: DLT_EN10MB
        case .loopback: DLT_NULL
        case .raw: DLT_RAW
        case .linuxCooked: DLT_LINUX_SLL
        case .linuxCooked2: DLT_LINUX_SLL2
        }
    }

    /// What people call a link type of which only the number in the file is known.
    static func name(ofFileNumber number: Int) -> String {
        pcap_datalink_val_to_name(CInt(truncatingIfNeeded: number)).map { String(cString: $0) }
            ?? "\(number)"
    }
}
