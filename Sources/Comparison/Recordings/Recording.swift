import GatewayWire

/// What a client and a gateway said to each other, whatever file it stands in.
package struct Recording: Sendable {
    /// One connection of it.
    package struct Leg: Sendable {
        package var serverVersion: Int
        /// The gateway's own time at the handshake, as it wrote it.
        package var connectionTime: String
        /// Nanoseconds since 1970 at the handshake, when the file tells.
        package var startedAt: Int64?
        package var turns: [Turn] = []
        /// How it ended: `client fin`, `gateway fin`; empty when that is not known.
        package var endings: [String] = []

        package init(serverVersion: Int, connectionTime: String, startedAt: Int64? = nil) {
            self.serverVersion = serverVersion
            self.connectionTime = connectionTime
            self.startedAt = startedAt
        }

        /// Ids of the orders that the client sent.
        var placedOrders: [Int] {
            turns.filter { $0.message.name == "placeOrder" }
                .compactMap { $0.message["orderId"].flatMap { Int($0) } }
        }

        /// The first id that the gateway gave; 0 when it gave none.
        var nextOrderID: Int {
            let message = turns.first { $0.message.name == "nextValidId" }?.message
            return message?["orderId"].flatMap { Int($0) } ?? 0
        }
    }

    package let path: String
    package var legs: [Leg] = []
    /// What its author says of it.
    package var comments: [String] = []
    /// Some messages are written as named values instead of frames.
    package var hasNames = false
    /// Messages that could not be understood, by the reason.
    package var unreadable: [String: Int] = [:]

    package init(path: String) {
        self.path = path
    }

    /// The file's name without its folder and ending.
    package var name: String {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    }

    /// Named messages whose comments name no capture were made up: they say nothing about a gateway.
    package var isMadeUp: Bool {
        guard hasNames else { return false }
        let words = ["captur", "live", "grounded", "recorded"]
        return !comments.contains { comment in
            words.contains { comment.lowercased().contains($0) }
        }
    }

    /// Frames of an excerpt are real, but not all are there.
    ///
    /// Notices about farms that were left out are no gap: a start without any is compared without.
    package var saysItIsPartial: Bool {
        let words = ["excerpt", "left out", "elided", "omitted", "of each kind"]
        return comments.contains { comment in
            let comment = comment.lowercased()
            return !comment.contains("notices") && words.contains { comment.contains($0) }
        }
    }

    /// The name, and the name with its folder: a pattern may mean either.
    package var names: [String] {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? [name, "\(parts[parts.count - 2])/\(name)"] : [name]
    }

    package mutating func passOver(_ reason: String) { unreadable[reason, default: 0] += 1 }
}
