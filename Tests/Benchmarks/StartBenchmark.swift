import GatewayWire

/// What using the schema for the first time costs; once a process, so there is no median.
enum StartBenchmark {
    static func run() {
        let start = Measurement.processorSeconds
        let count = ProtocolSchema.messages.count
        let parsed = Measurement.processorSeconds
        _ = MessageDecoder(serverVersion: 176, direction: .toClient)
        let laidOut = Measurement.processorSeconds
        print("schema of \(count) messages: \(milliseconds(parsed - start))")
        print("text layouts of all versions: \(milliseconds(laidOut - parsed))")
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let hundredths = Int(seconds * 100_000)
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
    }
}
