internal import Glibc

extension Endpoint {
    /// The addresses of a host, numeric or by name, in the order in which the resolver wants them
    /// tried.
    ///
    /// Waits for the resolver. `localhost` is 127.0.0.1, where gateways listen.
    ///
    /// - Throws: The resolver's words when it finds none.
    package static func resolve(host: String, port: UInt16) throws(ResolverFailure) -> [Endpoint] {
        if let numeric = Endpoint(host: host == "localhost" ? "127.0.0.1" : host, port: port) {
            return [numeric]
        }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else { throw ResolverFailure(reason: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        return try endpoints(in: list, port: port)
    }

    /// What a resolver has found.
    static func endpoints(
        in list: UnsafeMutablePointer<addrinfo>?, port: UInt16
    ) throws(ResolverFailure) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        var next = list
        while let entry = next, endpoints.count < mostAddresses {
            var storage = sockaddr_storage()
            if let address = entry.pointee.ai_addr,
                Int(entry.pointee.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
            {
                memcpy(&storage, address, Int(entry.pointee.ai_addrlen))
                if let found = Endpoint(storage) {
                    endpoints.append(Endpoint(found.address, port: port))
                }
            }
            next = entry.pointee.ai_next
        }
        guard !endpoints.isEmpty else { throw ResolverFailure(reason: "no IP address") }
        return endpoints
    }

    private static let mostAddresses = 16
}

/// Why a host's name could not be resolved, in the resolver's words.
package struct ResolverFailure: Error, Equatable {
    package let reason: String
}
