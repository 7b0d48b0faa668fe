import Glibc

/// A client library whose encoder and decoder judge the schema.
enum Client: String, CaseIterable, Sendable {
    case ibapi1051 = "ibapi-10.51"
    case ibapi1046 = "ibapi-10.46"
    case ibapi981 = "ibapi-9.81"
    case insync = "ib_insync"
    case async = "ib_async"

    /// The server versions it can be at, as far as the suite goes.
    var versions: ClosedRange<Int> {
        switch self {
        case .ibapi1051: 100...226
        case .ibapi1046: 100...225
        case .ibapi981: 100...157
        case .insync: 157...176
        case .async: 157...178
        }
    }

    var isOfficial: Bool { isNewOfficial || self == .ibapi981 }

    /// Speaks protobuf.
    var isNewOfficial: Bool { self == .ibapi1051 || self == .ibapi1046 }

    /// The interpreter that `scripts/setup` made for it.
    var python: String {
        let home = variable("HOME") ?? "/root"
        let cache =
            variable("FAKEGW_CACHE") ?? (variable("XDG_CACHE_HOME") ?? "\(home)/.cache") + "/fakegw"
        return "\(cache)/venvs/\(rawValue)/bin/python"
    }

    var driver: String {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/Clients/\(isOfficial ? "official" : "insync").py"
    }

    private func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
