import Glibc
import ProcessDriver
import ScenarioFormat
import SocketDriver

/// Makes the command that starts a scenario's client program on this machine.
struct ClientLauncher {
    /// Where each gateway listens, in the scenario's order.
    let gateways: [(name: String, endpoint: Endpoint)]
    /// The home folder of the programs.
    let home: String

    func launch(_ client: ClientSpec, arguments: [String]) throws(CommandFailure) -> Launch {
        var command = (client.command + arguments).map(filledIn)
        guard let first = command.first else {
            throw CommandFailure(
                text: "client '\(client.name)' has no command", code: .clientNotStarted)
        }
        let venv = try client.venv.map { path throws(CommandFailure) in
            try VirtualEnvironment(path, from: client.directory)
        }
        if let environment = client.python {
            command.insert(try Self.interpreter(of: environment), at: 0)
        } else if let program = venv?.program(first) {
            command[0] = program
        } else if first == "fakegw" {
            command[0] = Self.ownExecutable
        }
        var launch = Launch(command[0], Array(command.dropFirst()))
        launch.directory = client.directory
        // Output arrives as it is printed, and no compiled file stays behind.
        launch.environment = [
            "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "HOME": home,
            "FAKEGW_CACHE": Self.cache,
        ]
        // Packages that the user has installed for Python stay where they are.
        if Self.variable("PYTHONUSERBASE") == nil, let own = Self.variable("HOME") {
            launch.environment["PYTHONUSERBASE"] = "\(own)/.local"
        }
        // The story has every line. Here they would only be kept a second time.
        launch.limits.maxKeptBytes = 64 << 10
        if let venv { launch.environment.merge(venv.variables) { $1 } }
        for (name, value) in client.environment { launch.environment[name] = filledIn(value) }
        return launch
    }

    func filledIn(_ text: String) -> String {
        fill(text) { variable in
            variable.value(in: Self.environment(of: variable.names)) ?? ""
        }
    }

    /// The variables with these names that are set.
    static func environment(of names: Set<String>) -> [String: String] {
        var values: [String: String] = [:]
        for name in names { values[name] = getenv(name).map { String(cString: $0) } }
        return values
    }

    /// The same for the log, without the values of environment variables.
    func shown(_ text: String) -> String { fill(text) { _ in nil } }

    /// The command for the log.
    func shownCommand(
        _ client: ClientSpec, arguments: [String], started launch: Launch
    ) -> String {
        let words = (client.command + arguments).map(shown)
        // An interpreter stands before all of them; another program stands in place of the first.
        let hasInterpreter = launch.arguments.count == words.count
        let rest = hasInterpreter ? words[...] : words.dropFirst()
        let program = words.first.flatMap { $0.contains("${env.") && !hasInterpreter ? $0 : nil }
        return ([program ?? launch.program] + rest).joined(separator: " ")
    }

    private func fill(
        _ text: String, environment: (EnvironmentVariable) -> String?
    ) -> String {
        RunFact.fill(text, environment: environment) { fact in
            let named = gateways.first { fact.gateway == nil || $0.name == fact.gateway }
            return named.map { gateway in
                switch fact.property {
                case .port: String(gateway.endpoint.port)
                case .host: gateway.endpoint.host
                }
            }
        }
    }

    /// The interpreter of a Python environment that `scripts/setup` made.
    static func interpreter(of environment: String) throws(CommandFailure) -> String {
        let path = "\(cache)/venvs/\(environment)/bin/python"
        guard access(path, X_OK) == 0 else {
            throw CommandFailure(
                text: "there is no Python environment '\(environment)' at \(path)",
                hint: "scripts/setup makes the environments of the five client libraries",
                code: .clientNotStarted)
        }
        return path
    }

    /// Where the project keeps what it installs, outside any checkout.
    private static var cache: String {
        if let cache = variable("FAKEGW_CACHE") { return cache }
        if let cache = variable("XDG_CACHE_HOME") { return "\(cache)/fakegw" }
        return "\(variable("HOME") ?? "")/.cache/fakegw"
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    static var ownExecutable: String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : "fakegw"
    }
}
