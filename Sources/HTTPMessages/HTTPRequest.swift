/// One request as it came, its body complete.
package struct HTTPRequest: Hashable, Sendable {
    /// In capital letters: `GET`.
    package let method: String
    /// As it was sent, with its escapes, without the query.
    package let path: String
    /// The query's names and values, decoded, in their order.
    package let query: [HTTPField]
    /// In their order.
    package let headers: [HTTPField]
    package let body: [UInt8]

    package init(
        _ method: String, _ path: String, query: [HTTPField] = [], headers: [HTTPField] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in any letter case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The first value of that name in the query.
    package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// The parts of the path between its slashes, decoded: `/a/b%2Fc` is `a` and `b/c`.
    ///
    /// `nil` when the path holds what is no escape or no UTF-8.
    package var segments: [String]? {
        var segments: [String] = []
        for part in path.split(separator: "/") {
            guard let segment = Self.unescaped(part) else { return nil }
            segments.append(segment)
        }
        return segments
    }

    /// The text with its `%2F` decoded; `nil` when an escape or what it stands for is not valid.
    package static func unescaped(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let high = digit(rest.removeFirst()),
                let low = digit(rest.removeFirst())
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        UInt8(String(UnicodeScalar(byte)), radix: 16)
    }
}

/// A name and its value.
package struct HTTPField: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
