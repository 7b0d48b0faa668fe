internal import CLinux
internal import Glibc
internal import SocketDriver

/// A process that a client program left behind outside its group, and that we adopted.
package struct StrayProcess: Hashable, Sendable {
    package let processID: Int32
    /// The first 15 bytes of the program's name, as the kernel keeps it.
    package let command: String

    package init(processID: Int32, command: String) {
        self.processID = processID
        self.command = command
    }

    /// Living children of this process other than the guardian and those known.
    ///
    /// Guardians of processes that were killed are left out: they have work to do, and then end.
    package static func all(besides known: Set<Int32> = []) -> [StrayProcess] {
        children(besides: known).filter { !$0.isDead && $0.command != guardianName }.map {
            StrayProcess(processID: $0.processID, command: $0.command)
        }
    }

    /// Lets this process adopt what its client programs leave behind, so that it is found here.
    package static func adoptAll() { clinux_adopt_orphans(1) }

    /// Waits for adopted children that have ended, so that none of them stays defunct.
    ///
    /// - Parameter known: Programs that somebody else waits for.
    /// - Returns: Whether a guardian of a killed process is still at work.
    @discardableResult
    package static func reap(besides known: Set<Int32>) -> Bool {
        var hasGuardian = false
        for child in children(besides: known) {
            if child.isDead {
                waitpid(child.processID, nil, WNOHANG)
            } else if child.command == guardianName {
                hasGuardian = true
            }
        }
        return hasGuardian
    }

    private static let guardianName = "fakegw-guardian"

    private static func children(
        besides known: Set<Int32>
    ) -> [(processID: Int32, command: String, isDead: Bool)] {
        ProcFiles.children().compactMap { process in
            guard !known.contains(process), process != Guardian.shared.processID,
                let stat = ProcessStat(ProcFiles.text(of: "/proc/\(process)/stat")),
                stat.parent == getpid()
            else { return nil }
            return (process, stat.name, stat.state == "Z")
        }
    }

    /// Kills it and waits until it is gone.
    package func end() {
        kill(processID, SIGKILL)
        waitpid(processID, nil, 0)
    }
}
