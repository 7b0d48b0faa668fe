/// Bytes that a proxy has moved.
package struct ProxyTraffic: Equatable, Sendable {
    package struct Direction: Equatable, Sendable {
        /// Read from the source.
        package var receivedBytes = 0
        /// Handed over for the destination.
        package var sentBytes = 0

        package init() {}
    }

    package private(set) var upstream = Direction()
    package private(set) var downstream = Direction()

    package init() {}

    package subscript(stream: ToxicStream) -> Direction {
        get {
            switch stream {
            case .upstream: upstream
            case .downstream: downstream
            }
        }
        set {
            switch stream {
            case .upstream: upstream = newValue
            case .downstream: downstream = newValue
            }
        }
    }

    static func += (total: inout ProxyTraffic, more: ProxyTraffic) {
        for stream in ToxicStream.allCases {
            total[stream].receivedBytes += more[stream].receivedBytes
            total[stream].sentBytes += more[stream].sentBytes
        }
    }
}
