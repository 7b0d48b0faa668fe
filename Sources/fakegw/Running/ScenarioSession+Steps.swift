import EventLog
import Faults
import GatewayMachine
import Glibc
import ProcessDriver
import ScenarioFormat
import ScenarioRun
import Simulation
import SocketDriver

extension ScenarioSession {
    func take(_ step: Step) throws(StoryEnd) {
        switch step.action {
        case .run(let client, let arguments):
            let run = try start(client, as: nil, arguments, at: step.mark)
            try waitForEnd(of: run, step)
            settle()
        case .start(let client, let name, let arguments):
            _ = try start(client, as: name, arguments, at: step.mark)
        case .stop(let client, let signal):
            let run = try started(client, step)
            send(signal, to: run)
            try waitForEnd(of: run, step)
            settle()
        case .kill(let client, let unread):
            try kill(try started(client, step), unread: unread, step)
        case .feed(let client, let line):
            let run = try started(client, step)
            guard run.process?.feed(line: launcher.filledIn(line)) ?? false else {
                throw StoryEnd(
                    .expectationFailed, at: step.mark, "\(client) takes a line of input",
                    "it has closed its standard input or does not read")
            }
        case .closeInput(let client):
            try started(client, step).process?.closeInput()
        case .restart(let name, let down):
            try hosted(name, step).command(.restart(down: down))
            try wait(step, "gateway \(name) listens again") { [unowned self] in
                gateway(name)?.facts.isListening ?? false
            }
        case .redden(let name): try hosted(name, step).command(.turnLight(.red))
        case .heal(let name): try hosted(name, step).command(.turnLight(.green))
        case .loseServer(let name): try hosted(name, step).command(.loseServer)
        case .restoreServer(let name, let lost):
            try hosted(name, step).command(.restoreServer(dataLost: lost))
        case .interruptServer(let name): try hosted(name, step).command(.interruptServer)
        case .setFarm(let name, let farm, let state):
            try hosted(name, step).command(.setFarm(farm, state))
        case .changePort(let name, let port): try changePort(of: hosted(name, step), port, step)
        case .authenticate(let name): try hosted(name, step).command(.authenticate)
        case .signal(let name, let signal): try hosted(name, step).command(.signal(signal))
        case .pause(let duration):
            _ = wait(upTo: duration, until: { false })
            if loop.now >= deadline { throw deadlinePassed(step, "the pause ends") }
        case .waitForOutput(let client, let text):
            let run = try started(client, step)
            try wait(step, "\(client) says \"\(text)\"") {
                (run.facts.stdout + run.facts.stderr).contains { $0.contains(text) }
                    || run.facts.ending != nil
            }
            guard (run.facts.stdout + run.facts.stderr).contains(where: { $0.contains(text) })
            else {
                throw StoryEnd(
                    .expectationFailed, at: step.mark, "\(client) says \"\(text)\"",
                    "it \(run.facts.ending?.description ?? "is still running") without")
            }
        case .waitForExit(let client):
            try waitForEnd(of: try started(client, step), step)
            settle()
        case .waitForGateway(let expectation): try waitFor(.gateway(expectation), step)
        case .waitForSockets(let expectation): try waitFor(.sockets(expectation), step)
        case .check: settle()
        }
        try judge(step.expectations, settle: false)
    }

    private func changePort(
        of gateway: HostedGateway, _ port: Int, _ step: Step
    ) throws(StoryEnd) {
        guard gateway.facts.isListening else {
            throw StoryEnd(
                .expectationFailed, at: step.mark, "gateway \(gateway.name) listens",
                "its port is closed and cannot be changed")
        }
        do throws(OSFailure) {
            try gateway.changePort(to: UInt16(port))
        } catch {
            throw StoryEnd(
                .machineUnfit, at: step.mark, "gateway \(gateway.name) listens on port \(port)",
                "\(error)")
        }
        refreshLauncher()
        settle()
    }
}
