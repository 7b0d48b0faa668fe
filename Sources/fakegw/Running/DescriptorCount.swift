import EventLog
import ProcessDriver
import ScenarioFormat
import Simulation
import SocketDriver

/// Counts the open descriptors of one client program, and tells which of them are sockets of connections
/// that have ended.
struct DescriptorCount {
    private let run: String
    private let processID: Int32
    private var last: RunnerReport?
    /// Its sockets to gateways, and when their connection was last seen to be open, in real seconds.
    private var seenOpen: [UInt32: Double] = [:]

    /// A connection that ended later than that may be about to be closed, in real seconds.
    private static let patience = 0.2

    init(run: String, processID: Int32) {
        self.run = run
        self.processID = processID
    }

    /// - Parameter openInodes: Sockets at the client's end of connections that go on.
    /// - Returns: A report when a number has changed.
    mutating func look(openInodes: Set<UInt32>, real: Double) -> RunnerReport? {
        guard let descriptors = ProcFiles.descriptors(of: processID) else { return nil }
        for inode in descriptors.sockets where openInodes.contains(inode) {
            seenOpen[inode] = real
        }
        seenOpen = seenOpen.filter { descriptors.sockets.contains($0.key) }
        let ended = seenOpen.values.count { real - $0 >= Self.patience }
        let report = RunnerReport.descriptors(run: run, open: descriptors.count, ended: ended)
        guard report != last else { return nil }
        last = report
        return report
    }
}
