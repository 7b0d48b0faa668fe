/// The order ids clients have used, by client id.
///
/// The highest id is remembered for a limited number of clients; when there are more, the oldest
/// entry is dropped. A client without an entry continues above the highest id dropped, so that no
/// id is given out twice.
struct OrderIDs: Sendable {
    private var highest: [Int: Int] = [:]
    /// In the order they came; the forgotten ones in front are swept now and then.
    private var clients: [Int] = []
    private var forgottenCount = 0
    private var highestForgotten = 0

    var count: Int { clients.count }

    /// The lowest id that a client has certainly not used.
    func next(for clientID: Int) -> Int {
        min((highest[clientID] ?? highestForgotten) + 1, Int(Int32.max) - 1)
    }

    mutating func note(_ orderID: Int, of clientID: Int, knowing limit: Int) {
        if let known = highest[clientID] {
            highest[clientID] = max(known, orderID)
            return
        }
        highest[clientID] = max(orderID, highestForgotten)
        clients.append(clientID)
        guard highest.count > max(limit, 1) else { return }
        highestForgotten = max(
            highestForgotten, highest.removeValue(forKey: clients[forgottenCount]) ?? 0)
        forgottenCount += 1
        if forgottenCount > clients.count / 2 {
            clients.removeFirst(forgottenCount)
            forgottenCount = 0
        }
    }
}
