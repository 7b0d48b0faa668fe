/// The state of a TCP connection as the kernel numbers it.
package enum TCPState: UInt8, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    case established = 1
    case synSent, synReceived, finWait1, finWait2, timeWait, closed, closeWait, lastAck, listening
    case closing

    /// A connection that is not complete is shown by the kernel's tables under a number of its own.
    init?(kernel number: UInt8) {
        self.init(rawValue: number == 12 ? TCPState.synReceived.rawValue : number)
    }

    /// The word that administrators know it by.
    package var description: String {
        switch self {
        case .established: "ESTABLISHED"
        case .synSent: "SYN_SENT"
        case .synReceived: "SYN_RECV"
        case .finWait1: "FIN_WAIT1"
        case .finWait2: "FIN_WAIT2"
        case .timeWait: "TIME_WAIT"
        case .closed: "CLOSED"
        case .closeWait: "CLOSE_WAIT"
        case .lastAck: "LAST_ACK"
        case .listening: "LISTEN"
        case .closing: "CLOSING"
        }
    }
}
