import GatewayWire
import Simulation

/// What clients are told of the gateway's own connections: to the broker and to the farms.
extension HealthyGateway {
    /// Tells every started client; ticks and fills pause until the broker is back.
    mutating func loseServer(at now: SimInstant) {
        serverIsConnected = false
        tellEveryone(
            1100, "Connectivity between IB and Trader Workstation has been lost.", at: now)
    }

    mutating func restoreServer(dataLost: Bool, at now: SimInstant) {
        let wasLost = !serverIsConnected
        serverIsConnected = true
        if dataLost {
            for connection in connections { dropMarketData(of: connection) }
            tellEveryone(
                1101,
                "Connectivity between IB and Trader Workstation has been restored - data lost.",
                at: now)
        } else {
            let farms = settings.farms.map(\.name).joined(separator: "; ")
            tellEveryone(
                1102,
                "Connectivity between IB and Trader Workstation has been restored - "
                    + "data maintained. All data farms are connected: \(farms).",
                at: now)
        }
        if wasLost { resumeTrading(at: now) }
    }

    mutating func resumeTrading(at now: SimInstant) {
        resumeStalledOrders(at: now)
        lookAtAllPrices(at: now)
    }

    /// A notice alone: orders and data go on (assumed).
    mutating func announceBrokenServer(at now: SimInstant) {
        tellEveryone(Self.brokenServer.code, Self.brokenServer.text, at: now)
    }

    private static let brokenServer = (
        code: 2110,
        text: "Connectivity between Trader Workstation and server is broken. "
            + "It will be restored automatically."
    )

    /// Changes a farm's state and tells everyone; a farm the gateway does not have is passed over.
    mutating func setFarm(_ name: String, _ state: FarmState, at now: SimInstant) {
        guard let index = settings.farms.firstIndex(where: { $0.name == name }) else { return }
        farmStates[index] = state
        let notice = settings.farms[index].notice(state)
        tellEveryone(notice.code, notice.text, at: now)
    }

    /// The farms as they are, or all broken while the broker is out of reach (assumed).
    mutating func sendFarmNotices(to connection: ConnectionID, at now: SimInstant) {
        var notices = serverIsConnected ? [] : [Self.brokenServer]
        for (farm, state) in zip(settings.farms, farmStates) {
            let notice = farm.notice(serverIsConnected ? state : .broken)
            notices.append((code: notice.code, text: notice.text))
        }
        for (code, text) in notices { sendError(code, text, to: connection, at: now) }
    }

    /// Names the new port and ends every connection; listening there is the host's affair.
    mutating func changePort(_ port: Int, at now: SimInstant) {
        tellEveryone(
            1300,
            "TWS socket port has been reset and this connection is being dropped. "
                + "Please reconnect on the new port - \(port)",
            at: now)
        for connection in connections where clients[connection]?.clientID != nil {
            close(connection, "the port changes to \(port)")
        }
    }

    mutating func tellEveryone(_ code: Int, _ text: String, at now: SimInstant) {
        for connection in connections where clients[connection]?.clientID != nil {
            sendError(code, text, to: connection, at: now)
        }
    }
}
