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

    /// The link type with libpcap's number for it (`DLT_…`, not the `LINKTYPE_…` of the file).
    init?(dlt: CInt) {
        switch dlt {
        case DLT_EN10MB: self = .ethernet
        case DLT_NULL, DLT_LOOP: self = .loopback
        case DLT_RAW, DLT_IPV4, DLT_IPV6: self = .raw
        case DLT_LINUX_SLL: self = .linuxCooked
        case DLT_LINUX_SLL2: self = .linuxCooked2
        default: return nil
        }
    }

    var dlt: CInt {
        switch self {
        case .ethernet: DLT_EN10MB
        case .loopback: DLT_NULL
        case .raw: DLT_RAW
        case .linuxCooked: DLT_LINUX_SLL
        case .linuxCooked2: DLT_LINUX_SLL2
        }
    }
}
