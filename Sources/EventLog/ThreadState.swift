import GatewayWire

/// What one thread of a client program does at a moment.
package struct ThreadState: Hashable, Sendable {
    /// The process that it belongs to.
    package var process: Int
    /// Its own name: at first that of the program.
    package var name: String
    /// The kernel's letter: `R`, `S`, `D`, `T`, `t`, `Z`, `X` or `I`.
    package var state: String
    /// The system call that it is in; `nil` when it is in none, or when that is not told to us.
    package var call: String?
    /// The kernel's function that it waits in; `nil` when it does not wait, or when that is not told
    /// to us.
    package var channel: String?
    /// The kernel is ending it: it does nothing of its own any more.
    package var isEnding: Bool

    package init(
        process: Int, name: String, state: String, call: String? = nil, channel: String? = nil,
        isEnding: Bool = false
    ) {
        self.process = process
        self.name = name
        self.state = state
        self.call = call
        self.channel = channel
        self.isEnding = isEnding
    }

    /// `sleeps in epoll_wait (kernel: ep_poll)`.
    package var words: String {
        let doing: String
        switch state {
        case "R": return "runs"
        case "T": return "is stopped by a signal"
        case "t": return "is stopped by a debugger"
        case "Z", "X": return "has ended"
        case "S": doing = "sleeps"
        case "D": doing = "waits and takes no signal" + (isEnding ? " at its end" : "")
        default: doing = "is in state \(state)"
        }
        switch (call, channel) {
        case (let call?, let channel?): return "\(doing) in \(call) (kernel: \(channel))"
        case (let call?, nil): return "\(doing) in \(call)"
        case (nil, let channel?): return "\(doing) in the kernel's \(channel)"
        case (nil, nil): return "\(doing); the kernel does not tell us in what"
        }
    }

    var json: String {
        var line = JSONLine()
        line.add("process", process)
        line.add("name", name)
        line.add("state", state)
        if let call { line.add("call", call) }
        if let channel { line.add("channel", channel) }
        if isEnding { line.addRaw("ending", "true") }
        return line.finished
    }
}
