/// One of the two directions of a proxied connection.
package enum ToxicStream: String, CaseIterable, Sendable {
    /// From the client to the server behind the proxy.
    case upstream
    case downstream

    var reversed: ToxicStream { self == .upstream ? .downstream : .upstream }
}

/// What a toxic does, by the name that Toxiproxy's API has for it.
package enum ToxicKind: String, CaseIterable, Sendable {
    case latency
    case bandwidth
    case slowClose = "slow_close"
    case timeout
    case resetPeer = "reset_peer"
    case slicer
    case limitData = "limit_data"
    case noop
    /// Ours: a `limit_data` that ends with a RST.
    case cut

    /// The names of its attributes, in the order in which they are shown.
    var attributeNames: [String] {
        switch self {
        case .latency: ["latency", "jitter"]
        case .bandwidth: ["rate"]
        case .slowClose: ["delay"]
        case .timeout, .resetPeer: ["timeout"]
        case .slicer: ["average_size", "size_variation", "delay"]
        case .limitData, .cut: ["bytes"]
        case .noop: []
        }
    }
}
