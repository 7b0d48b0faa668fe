import GatewayWire
package import Simulation

/// A report of the story's driver about its own work.
///
/// The story waits for these reports. They are in the log, so that a log can be judged again
/// without running anything.
package enum RunnerReport: Hashable, Sendable {
    /// A task of the story was carried out. Its immediate results are already in the log.
    case done(String)
    /// A task of the story could not be carried out.
    case failed(String, reason: String)
    /// Faults that had to fire and have not fired so far, by name.
    case unfired([String])
    /// The connections of a run of a client program. Reported whenever they change.
    case holds(run: String, [HeldConnection])
    /// Something was left behind after all programs were ended and all sockets closed.
    case leaked(String)
    /// The machine did not run fakegw for this long, in real time.
    case stalled(milliseconds: Int)
    /// The kernel has kept a program waiting for this long so far, in real time, in what no signal and
    /// nobody else ends.
    case held(run: String, ThreadState, milliseconds: Int)
    /// Real time since the play began, however the gateway's clock went.
    ///
    /// It is reported where a scenario fails, and when everything is over.
    case realTime(milliseconds: Int)
    /// The kernel's tables, which the scenario wants to be followed, were not looked at for so long,
    /// in gateway time.
    case unwatched(milliseconds: Int)
    /// How many descriptors a program has open. `ended` of them are sockets of connections to a
    /// gateway that have ended. Reported whenever they change.
    case descriptors(run: String, open: Int, ended: Int)
    /// Processes of a program's group that went on after its end, by name.
    case outlived(run: String, by: [String])
    /// What the threads of a program that still runs do at this moment, and how many are not told.
    ///
    /// It is reported where a scenario fails.
    case threads(run: String, [ThreadState], omitted: Int)
}

/// A connection to a gateway, seen from the program that holds the client's end.
package struct HeldConnection: Hashable, Sendable {
    package var gateway: String
    package var connection: ConnectionID
    /// Bytes that lie in its socket, not yet read.
    package var unreadBytes: Int

    package init(gateway: String, connection: ConnectionID, unreadBytes: Int) {
        self.gateway = gateway
        self.connection = connection
        self.unreadBytes = unreadBytes
    }
}

extension RunnerReport {
    var text: String {
        switch self {
        case .done(let task): "\(task): done"
        case .failed(let task, let reason): "\(task): failed, \(reason)"
        case .unfired(let rules):
            rules.isEmpty
                ? "every fault that had to fire has fired"
                : "never fired: \(rules.joined(separator: ", "))"
        case .holds(let run, let connections):
            "\(run) holds "
                + (connections.isEmpty
                    ? "no connection"
                    : connections.map {
                        "\($0.gateway) \($0.connection) with \($0.unreadBytes) bytes unread"
                    }.joined(separator: ", "))
        case .leaked(let what): "left behind: \(what)"
        case .stalled(let milliseconds): "this machine stalled for \(milliseconds) ms"
        case .held(let run, let thread, let milliseconds):
            "the kernel has held \(run) for \(milliseconds) ms: it \(thread.words)"
        case .realTime(let milliseconds): "\(milliseconds) ms of real time have passed"
        case .unwatched(let milliseconds):
            "the kernel's tables were not looked at for \(milliseconds) ms"
        case .descriptors(let run, let open, let ended):
            "\(run) has \(open) descriptors open"
                + (ended == 0 ? "" : ", \(ended) of connections that have ended")
        case .outlived(let run, let names):
            names.isEmpty
                ? "\(run) left no process behind"
                : "\(run) left behind: \(names.joined(separator: ", "))"
        case .threads(let run, let threads, let omitted):
            "threads of \(run): "
                + threads.map { "\($0.name) \($0.process) \($0.words)" }.joined(separator: "; ")
                + (omitted > 0 ? "; and \(omitted) more" : "")
        }
    }

    func add(to line: inout JSONLine) {
        switch self {
        case .done(let task):
            line.add("event", "done")
            line.add("task", task)
        case .failed(let task, let reason):
            line.add("event", "failed")
            line.add("task", task)
            line.add("reason", reason)
        case .unfired(let rules):
            line.add("event", "unfired")
            line.addRaw("faults", "[" + rules.map(JSONLine.quoted).joined(separator: ",") + "]")
        case .holds(let run, let connections):
            line.add("event", "holds")
            line.add("run", run)
            line.addRaw("connections", "[" + connections.map(\.json).joined(separator: ",") + "]")
        case .leaked(let what):
            line.add("event", "leaked")
            line.add("text", what)
        case .stalled(let milliseconds):
            line.add("event", "machineStalled")
            line.add("milliseconds", milliseconds)
        case .held(let run, let thread, let milliseconds):
            line.add("event", "programHeld")
            line.add("run", run)
            line.addRaw("thread", thread.json)
            line.add("milliseconds", milliseconds)
        case .realTime(let milliseconds):
            line.add("event", "realTime")
            line.add("milliseconds", milliseconds)
        case .unwatched(let milliseconds):
            line.add("event", "unwatched")
            line.add("milliseconds", milliseconds)
        case .descriptors(let run, let open, let ended):
            line.add("event", "descriptors")
            line.add("run", run)
            line.add("open", open)
            line.add("ended", ended)
        case .outlived(let run, let names):
            line.add("event", "outlived")
            line.add("run", run)
            line.addRaw("processes", "[" + names.map(JSONLine.quoted).joined(separator: ",") + "]")
        case .threads(let run, let threads, let omitted):
            line.add("event", "threads")
            line.add("run", run)
            line.addRaw("threads", JSONLine.array(threads.map(\.json)))
            if omitted > 0 { line.add("omitted", omitted) }
        }
    }
}

extension HeldConnection {
    fileprivate var json: String {
        var line = JSONLine()
        line.add("gateway", gateway)
        line.add("connection", connection.number)
        line.add("unread", unreadBytes)
        return line.finished
    }
}
