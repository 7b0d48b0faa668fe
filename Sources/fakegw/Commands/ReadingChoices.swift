import CaptureImport
import GatewayWire

/// How recordings are to be read, as the command line says.
struct ReadingChoices {
    static let portOption = Option(
        "port", "N", "the gateway's port, when nothing else is wanted; may be repeated")
    static let versionOption = Option(
        "server-version", "N",
        "of a gateway's log or a folder of rust-ibapi, which do not tell it")

    /// The server version, where the recording does not tell it.
    let version: Int?
    let ports: GatewayPorts
    let progress: ReadingProgress

    /// - Parameter progress: False while something else is printed on the terminal.
    init(
        _ arguments: ParsedArguments, for sources: [RecordedSource], showsProgress: Bool = true
    ) throws(CommandFailure) {
        version = try RecordedSource.version(for: sources, arguments)
        ports = GatewayPorts(try Self.ports(arguments))
        progress = ReadingProgress(isWanted: showsProgress)
        guard arguments.has("port"), !sources.contains(where: \.hasPorts) else { return }
        throw CommandFailure(
            text: "--port is for captures and --live",
            hint: "a log has nothing but what went through the gateway's port")
    }

    static func ports(_ arguments: ParsedArguments) throws(CommandFailure) -> Set<UInt16> {
        var ports: Set<UInt16> = []
        for text in arguments.all("port") {
            guard let port = UInt16(text), port > 0 else {
                throw CommandFailure(text: "--port takes a port, not '\(text)'")
            }
            ports.insert(port)
        }
        return ports
    }
}
