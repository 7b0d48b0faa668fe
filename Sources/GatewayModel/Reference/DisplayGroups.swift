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
extension Reference {
    func queryDisplayGroups(_ request: Request, _ context: inout GatewayContext) {
        let groups = DisplayGroups.numbers.map(String.init).joined(separator: "|")
        context.send(
            Message("displayGroupList", ["reqId": String(request.id), "groups": groups]),
            to: request.connection)
    }

    mutating func subscribeToGroupEvents(_ request: Request, _ context: inout GatewayContext) {
        let number = request.int("groupId") ?? 0
        guard DisplayGroups.numbers.contains(number) else {
            context.refuse(request, "display group \(number) is not one of 1 to 7")
            return
        }
        guard
            subscriptions.mayOpen(
                .displayGroup, request, atMost: context.limits.streams,
                duplicate: (102, "Duplicate ticker ID for API request"),
                tooMany: (322, "Maximum number of subscriptions exceeded"), &context)
        else { return }
        subscriptions.start(.displayGroup, request, .displayGroup(number), &context)
        sendGroup(number, request.id, to: request.connection, &context)
    }

    mutating func updateDisplayGroup(_ request: Request, _ context: inout GatewayContext) {
        let key = StreamKey(kind: .displayGroup, request: request.id)
        guard
            case .displayGroup(let number) = subscriptions.content(of: key, request.connection)
        else {
            context.refuse(request, "request \(request.id) is subscribed to no display group")
            return
        }
        displayGroups[number] = String(request.text("contractInfo").prefix(64))
        for connection in subscriptions.connections {
            for (key, content) in subscriptions.all(of: connection) {
                if case .displayGroup(number) = content {
                    sendGroup(number, key.request, to: connection, &context)
                }
            }
        }
    }

    mutating func unsubscribeFromGroupEvents(_ request: Request, _ context: inout GatewayContext) {
        subscriptions.cancel(
            .displayGroup, request, orFail: 300, "Can't find EId with tickerId:\(request.id)",
            &context)
    }

    private func sendGroup(
        _ number: Int, _ request: Int, to connection: ConnectionID, _ context: inout GatewayContext
    ) {
        context.send(
            Message(
                "displayGroupUpdated",
                ["reqId": String(request), "contractInfo": displayGroups[number]]),
            to: connection)
    }
}
