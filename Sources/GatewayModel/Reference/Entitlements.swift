/// Whether the gateway still has fundamental data.
package enum FundamentalData: String, Hashable, Sendable, CaseIterable {
    /// Served up to server version 225 and gone from 226 on, as in IB's builds (inferred).
    case byVersion = "by-version"
    case served
    /// Error 10358.
    case gone
}

extension GatewaySettings {
    /// Whether reports and the generic tick 258 are served.
    var hasFundamentals: Bool {
        switch fundamentalData {
        case .byVersion: newestVersion < 226
        case .served: true
        case .gone: false
        }
    }
}

extension GatewayContext {
    /// Recorded by its code alone; the text is reported.
    mutating func failFundamentals(_ request: Request) {
        fail(request, 10358, "Fundamentals data is not allowed.")
    }
}
