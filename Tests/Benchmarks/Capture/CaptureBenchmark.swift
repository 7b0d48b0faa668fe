import GatewayWire
import Simulation

/// Makes captures for `scripts/bench capture`.
enum CaptureBenchmark {
    /// `make MEGABYTES VERSION FILE`: prints how many packets and messages it holds.
    static func run(_ arguments: [String]) -> Bool {
        guard arguments.count == 4, arguments[0] == "make", let size = Int(arguments[1]),
            let version = Int(arguments[2]),
            let (packets, messages) = CaptureGenerator.write(
                megabytes: size, version: version, to: arguments[3])
        else { return false }
        print("\(packets) \(messages)")
        return true
    }
}
