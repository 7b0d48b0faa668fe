import GatewayWire
import HTTPMessages
import SocketDriver

/// The checklist's answers for all ports, and the verdict.
struct PreflightReport {
    let ports: [(port: UInt16, findings: [PortFinding])]

    /// Without any port the result is not safe.
    var isSafe: Bool {
        !ports.isEmpty && ports.allSatisfy { $0.findings.allSatisfy(\.isGood) }
    }

    /// - Parameter looked: The ports that were looked at, for when none has a listener.
    func lines(looked: [UInt16]) -> [String] {
        var lines: [String] = []
        for (port, findings) in ports {
            lines.append("port \(port)")
            for finding in findings {
                let mark =
                    finding.isGood
                    ? Terminal.coloured("ok  ", .green, when: Terminal.outIsTerminal)
                    : Terminal.coloured("FAIL", .red, when: Terminal.outIsTerminal)
                lines.append(
                    "  \(mark)  \(Text.column(finding.check.rawValue, width: 11)) \(finding.text)")
                if let remedy = finding.remedy { lines.append("        next: \(remedy)") }
            }
        }
        return lines + [verdict(looked)]
    }

    private func verdict(_ looked: [UInt16]) -> String {
        let names = (ports.isEmpty ? looked : ports.map(\.port)).map(String.init)
        let list = names.joined(separator: ", ")
        if ports.isEmpty {
            return "NOT SAFE: nothing listens on \(list); start the gateway, log in, wait 90 s"
        }
        return isSafe ? "SAFE to attempt one connection: \(list)" : "NOT SAFE: do not connect"
    }

    func jsonLines(looked: [UInt16]) -> [String] {
        var lines: [String] = []
        for (port, findings) in ports {
            lines += findings.map { Self.json($0, port: port) }
        }
        var last = JSONLine()
        last.addRaw("safe", isSafe ? "true" : "false")
        last.addRaw("ports", JSONLine.array(ports.map { String($0.port) }))
        last.addRaw("looked", JSONLine.array(looked.map(String.init)))
        return lines + [last.finished]
    }

    /// Prometheus' text form.
    var metrics: [String] {
        var metrics = PrometheusText()
        metrics.gauge(
            "fakegw_preflight_safe", "Whether it is safe to attempt one connection.", [],
            isSafe ? "1" : "0")
        for (port, findings) in ports {
            for finding in findings {
                metrics.gauge(
                    "fakegw_preflight_check", "Whether a check of a port is good.",
                    [("port", String(port)), ("check", finding.check.rawValue)],
                    finding.isGood ? "1" : "0")
            }
        }
        for (port, findings) in ports {
            for wait in findings.compactMap(\.waitSeconds) {
                metrics.gauge(
                    "fakegw_preflight_wait_seconds", "Seconds still to wait.",
                    [("port", String(port))], String(wait))
            }
        }
        return metrics.lines
    }

    private static func json(_ finding: PortFinding, port: UInt16) -> String {
        var line = JSONLine()
        line.add("port", Int(port))
        line.add("check", finding.check.rawValue)
        line.addRaw("ok", finding.isGood ? "true" : "false")
        line.add("text", finding.text)
        if let remedy = finding.remedy { line.add("next", remedy) }
        if let wait = finding.waitSeconds { line.add("waitSeconds", wait) }
        if !finding.processes.isEmpty {
            let processes = finding.processes.map { owner in
                var object = JSONLine()
                object.add("pid", Int(owner.processID))
                object.add("command", owner.command)
                return object.finished
            }
            line.addRaw("processes", JSONLine.array(processes))
        }
        return line.finished
    }
}
