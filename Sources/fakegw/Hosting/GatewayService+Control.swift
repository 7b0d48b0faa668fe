import Control
import EventLog
import Faults
import GatewayMachine
import GatewayModel
import Glibc
import HTTPDriver
import HTTPMessages
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver
import Toxiproxy

/// What the control API needs of the service.
extension GatewayService: ControlHost {
    var gateways: [any ControlledGateway] { hosted }
    var now: SimInstant { loop.now }
    var epoch: Int64 { sink.epoch }
    var loopTurns: Histogram { loop.turns }

    var tally: LogTally {
        var tally = sink.tally
        for gateway in hosted {
            for (name, count) in gateway.foldedTicks.counts {
                tally.addSent(name, count, by: gateway.name)
            }
        }
        return tally
    }

    func addMetrics(to text: inout PrometheusText) { proxies?.addMetrics(to: &text) }

    func capture() throws(ControlProblem) -> (type: String, bytes: [UInt8]) {
        guard let path = wireCapture?.currentPath else {
            throw ControlProblem(
                409, "there is no capture", "start with --pcap FILE.pcapng to have one")
        }
        guard let bytes = try? Files.read(path) else {
            throw ControlProblem(500, "the capture cannot be read", "look at \(path)")
        }
        return ("application/vnd.tcpdump.pcap", bytes)
    }

    func nonce() -> String { Nonce.drawn() }

    func schedule(at instant: SimInstant, _ react: @escaping () -> Void) {
        _ = loop.schedule(at: instant, react)
    }

    func schedule(afterReal delay: Duration, _ react: @escaping () -> Void) {
        _ = loop.schedule(afterReal: delay, react)
    }
}

extension HostedGateway: ControlledGateway {
    var address: String { host.localEndpoint.description }
    var machine: FaultedGateway { host.handler }

    func recordTicks(_ isOn: Bool) {
        host.perform { [logging] gateway, _ in
            gateway.logging = isOn ? .all : logging
            return []
        }
    }

    func changePort(to port: Int) throws(ControlProblem) {
        do throws(OSFailure) {
            try changePort(to: UInt16(clamping: port))
        } catch {
            throw ControlProblem(409, "the port cannot be changed", error.description)
        }
    }

    func sockets(withOwners: Bool) -> [SocketRow] {
        KernelWatch.ownedRows(of: self, runs: withOwners ? [] : nil)
    }

    func clientAddress(of connection: ConnectionID) -> String? {
        host.clientEndpoint(of: connection)?.description
    }
}
