import Simulation

/// The gateway connections on a network interface, understood while they pass.
///
/// Events are handed on as soon as they are understood. Those of a connection that is known late may
/// therefore come behind later ones of other connections.
package struct LiveCapture<Sink: DecodedEventSink>: ~Copyable {
    private let interface: LiveInterface
    private var intake = PacketIntake(limits: ReassemblyLimits())
    private var sorting: ConversationSink<Sink>
    package private(set) var packetCount = 0
    /// Why the interface hands on nothing more, once it does not.
    package private(set) var failure: String?

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - interface: As the kernel names it, or `any` for all of them.
    ///   - sink: Gets what is understood.
    package init(
        interface: String, ports: GatewayPorts = GatewayPorts(), sink: Sink
    ) throws(CaptureError) {
        self.interface = try LiveInterface(interface, filter: Self.filter(for: ports))
        sorting = ConversationSink(table: ConversationTable(ports: ports), sink: sink)
    }

    /// Readable when there are packets.
    package var descriptor: CInt { interface.descriptor }

    /// Packets that the kernel or the interface had no room for.
    package var droppedCount: Int { interface.droppedCount }

    /// Gateway connections seen so far.
    package var gatewayCount: Int { sorting.table.gatewayCount }

    /// Reads the packets that are there, without waiting.
    ///
    /// - Parameter count: How many at most.
    /// - Returns: Whether there may be more.
    package mutating func read(atMost count: Int) -> Bool {
        let interface = interface
        for _ in 0..<count {
            let taken = interface.take { bytes, at, originalLength in
                packetCount += 1
                intake.advance(to: at)
                intake.take(
                    bytes, on: interface.linkType, originalLength: originalLength,
                    number: packetCount, into: &sorting)
            }
            switch taken {
            case .packet: break
            case .none: return false
            case .ended(let reason):
                failure = reason
                return false
            }
            if !sorting.table.unwanted.isEmpty {
                for id in sorting.table.unwanted { intake.ignore(id) }
                sorting.table.unwanted = []
            }
        }
        return true
    }

    /// Nothing more will be read: connections that are still open are told as such.
    package mutating func finish() {
        intake.finish(number: packetCount, into: &sorting)
    }

    /// The sink, to be asked or emptied.
    package mutating func withSink<Result>(_ body: (inout Sink) -> Result) -> Result {
        body(&sorting.sink)
    }

    /// What was captured, what could not be seen, and what was left out, in sentences.
    package var notes: [String] {
        let dropped = droppedCount
        let counts =
            "\(packetCount) packets were captured on \(interface.name), "
            + (dropped == 0
                ? "none was dropped"
                : "\(dropped) were dropped because they came faster than they were read")
        let ending = failure.map { ["\(interface.name) hands on no more packets: \($0)"] } ?? []
        return [counts] + ending + intake.notes.map(\.description) + sorting.table.notes
    }

    /// Fragments behind the first one have no ports.
    private static func filter(for ports: GatewayPorts) -> String {
        guard ports.areGiven else { return "tcp" }
        let wanted = ports.given.sorted().map { "tcp port \($0)" }
        return wanted.joined(separator: " or ") + " or (ip proto 6 and ip[6:2] & 0x1fff != 0)"
    }
}
