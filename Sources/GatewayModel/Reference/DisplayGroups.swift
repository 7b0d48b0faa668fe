import GatewayWire
import Simulation

/// What each of the colour groups in the trader's window shows.
struct DisplayGroups: Sendable {
    static let numbers = 1...7
    private var contents: [Int: String] = [:]

    /// `none`, `combo` or `conId@exchange`.
    subscript(number: Int) -> String {
        get { contents[number] ?? "none" }
        set { contents[number] = newValue }
    }
}

/// Groups are shared by all clients; a change by one is told to every subscriber.
extension HealthyGateway {
    mutating func queryDisplayGroups(_ request: Request) {
        let groups = DisplayGroups.numbers.map(String.init).joined(separator: "|")
        send(
            Message("displayGroupList", ["reqId": String(request.id), "groups": groups]),
            to: request.connection)
    }

    mutating func subscribeToGroupEvents(_ request: Request) {
        let number = request.int("groupId") ?? 0
        guard DisplayGroups.numbers.contains(number) else {
            refuse(request, "display group \(number) is not one of 1 to 7")
            return
        }
        guard
            mayOpen(
                .displayGroup, request, atMost: limits.streams,
                duplicate: (102, "Duplicate ticker ID for API request"),
                tooMany: (322, "Maximum number of subscriptions exceeded"))
        else { return }
        startStream(.displayGroup, request, .displayGroup(number))
        sendGroup(number, request.id, to: request.connection)
    }

    mutating func updateDisplayGroup(_ request: Request) {
        let key = StreamKey(kind: .displayGroup, request: request.id)
        guard
            case .displayGroup(let number) = clients[request.connection]?.streams.entries[key]?
                .stream
        else {
            refuse(request, "request \(request.id) is subscribed to no display group")
            return
        }
        displayGroups[number] = String(request.text("contractInfo").prefix(64))
        for connection in connections {
            let entries = clients[connection]?.streams.entries ?? [:]
            for key in entries.keys.sorted() {
                if case .displayGroup(number) = entries[key]?.stream {
                    sendGroup(number, key.request, to: connection)
                }
            }
        }
    }

    mutating func unsubscribeFromGroupEvents(_ request: Request) {
        cancelStream(
            .displayGroup, request, orFail: 300, "Can't find EId with tickerId:\(request.id)")
    }

    private mutating func sendGroup(_ number: Int, _ request: Int, to connection: ConnectionID) {
        send(
            Message(
                "displayGroupUpdated",
                ["reqId": String(request), "contractInfo": displayGroups[number]]),
            to: connection)
    }
}
