/// The two file formats that captures are written in.
package enum CaptureFormat: Hashable, Sendable {
    /// Packets only.
    case pcap
    /// Packets with the interface they belong to, and comments.
    case pcapng

    /// The format that a file's name asks for; `nil` for a name that ends in neither.
    package init?(path: String) {
        if path.hasSuffix(".pcapng") {
            self = .pcapng
        } else if path.hasSuffix(".pcap") {
            self = .pcap
        } else {
            return nil
        }
    }
}
