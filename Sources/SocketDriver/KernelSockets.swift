internal import CLinux
internal import Glibc

/// Reads the kernel's table of TCP sockets, those of other processes included.
///
/// It shows what no socket call can tell: whether a client's process still owns its end, what waits
/// in an accept queue, and what an ended program has left behind. It shows one network namespace
/// only.
package enum KernelSockets {
    /// One socket as the kernel lists it.
    package struct Row: Hashable, Sendable {
        package let local: Endpoint
        package let remote: Endpoint
        package let state: TCPState
        /// Bytes received and not yet read; of a listener, connections not yet accepted.
        package let receiveQueue: Int
        /// Bytes written and not yet acknowledged; of a listener, its backlog.
        package let sendQueue: Int
        /// Zero when no process owns the socket any more, or none has accepted it yet.
        package let inode: UInt32
    }

    /// Every row with these ports, IPv4 and IPv6, ordered by endpoints.
    ///
    /// - Parameter localPort: Port of the row's own side; `nil` for any.
    /// - Parameter remotePort: Port of the row's other side; `nil` for any.
    package static func rows(
        localPort: UInt16? = nil, remotePort: UInt16? = nil,
        states: Set<TCPState> = Set(TCPState.allCases)
    ) throws(OSFailure) -> [Row] {
        let diagnosis = try Diagnosis()
        var rows: [Row] = []
        for family in [AF_INET, AF_INET6] {
            var request = Self.request(family: family, flags: NLM_F_REQUEST | NLM_F_DUMP)
            request.body.idiag_states = states.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
            request.body.id.idiag_sport = (localPort ?? 0).bigEndian
            request.body.id.idiag_dport = (remotePort ?? 0).bigEndian
            try rows += diagnosis.ask(request)
        }
        return rows.sorted { $0.isListed(before: $1) }
    }

    /// Every row at whose one end or the other is this port, IPv4 and IPv6, ordered by endpoints.
    ///
    /// The kernel walks its whole table once for each family, which takes about a millisecond where the
    /// table is large.
    package static func rows(atPort port: UInt16) throws(OSFailure) -> [Row] {
        let diagnosis = try Diagnosis()
        var rows: [Row] = []
        for family in [AF_INET, AF_INET6] {
            var request = Self.request(family: family, flags: NLM_F_REQUEST | NLM_F_DUMP)
            request.body.idiag_states = connectionStates
            rows += try diagnosis.ask(request, filter: eitherPort(port))
        }
        return rows.sorted { $0.isListed(before: $1) }
    }

    /// A program for the kernel's filter: the own port or the other one is `port`.
    ///
    /// Each comparison is two operations of four bytes: a code with the ways for yes and for no, counted
    /// in bytes, and the port. A way that leads four bytes beyond the end rejects the row.
    private static func eitherPort(_ port: UInt16) -> [UInt8] {
        let (jump, ownAtLeast, ownAtMost, otherAtLeast, otherAtMost):
            (
                UInt8, UInt8, UInt8, UInt8, UInt8
            ) = (1, 2, 3, 4, 5)
        func comparison(_ code: UInt8, no: UInt16) -> [UInt8] {
            operation(code, yes: 8, no: no) + operation(0, yes: 0, no: port)
        }
        func operation(_ code: UInt8, yes: UInt8, no: UInt16) -> [UInt8] {
            [code, yes] + withUnsafeBytes(of: no) { Array($0) }
        }
        return comparison(ownAtLeast, no: 20) + comparison(ownAtMost, no: 12)
            + operation(jump, yes: 4, no: 20)
            + comparison(otherAtLeast, no: 20) + comparison(otherAtMost, no: 12)
    }

    /// The row of exactly this connection as seen from its `local` side.
    ///
    /// - Returns: `nil` when the kernel knows no such connection.
    package static func row(local: Endpoint, remote: Endpoint) throws(OSFailure) -> Row? {
        var request = Self.request(family: local.family, flags: NLM_F_REQUEST)
        request.body.idiag_states = connectionStates
        request.body.id.idiag_sport = local.port.bigEndian
        request.body.id.idiag_dport = remote.port.bigEndian
        request.body.id.idiag_src = local.address.words
        request.body.id.idiag_dst = remote.address.words
        // All ones stand for any socket with these endpoints.
        request.body.id.idiag_cookie = (UInt32.max, UInt32.max)
        // A listener on the local endpoint also answers when there is no connection.
        return try Diagnosis().ask(request).first { $0.local == local && $0.remote == remote }
    }

    /// All of TCP's, and not that of a socket that is only bound.
    private static let connectionStates: UInt32 = 0x1FFE

    fileprivate struct Request {
        var header = nlmsghdr()
        var body = inet_diag_req_v2()
    }

    private static func request(family: CInt, flags: CInt) -> Request {
        var request = Request()
        request.header.nlmsg_len = UInt32(MemoryLayout<Request>.size)
        request.header.nlmsg_type = UInt16(SOCK_DIAG_BY_FAMILY)
        request.header.nlmsg_flags = UInt16(flags)
        request.body.sdiag_family = UInt8(family)
        request.body.sdiag_protocol = UInt8(IPPROTO_TCP)
        return request
    }
}

extension KernelSockets.Row {
    fileprivate func isListed(before other: Self) -> Bool {
        (local.port, remote.port, local.host, remote.host, state.rawValue)
            < (
                other.local.port, other.remote.port, other.local.host, other.remote.host,
                other.state.rawValue
            )
    }

    /// `nil` for a state that is none of TCP's.
    fileprivate init?(_ message: inet_diag_msg) {
        guard let state = TCPState(kernel: message.idiag_state) else { return nil }
        let isV4 = CInt(message.idiag_family) == AF_INET
        local = Endpoint(
            .init(words: message.id.idiag_src, isV4: isV4),
            port: UInt16(bigEndian: message.id.idiag_sport))
        remote = Endpoint(
            .init(words: message.id.idiag_dst, isV4: isV4),
            port: UInt16(bigEndian: message.id.idiag_dport))
        self.state = state
        receiveQueue = Int(message.idiag_rqueue)
        sendQueue = Int(message.idiag_wqueue)
        inode = message.idiag_inode
    }
}

extension Endpoint.Address {
    fileprivate typealias Words = (UInt32, UInt32, UInt32, UInt32)

    fileprivate init(words: Words, isV4: Bool) {
        let (first, second, third, fourth) = words
        self =
            isV4
            ? .v4(UInt32(bigEndian: first))
            : .v6(
                high: UInt64(UInt32(bigEndian: first)) << 32 | UInt64(UInt32(bigEndian: second)),
                low: UInt64(UInt32(bigEndian: third)) << 32 | UInt64(UInt32(bigEndian: fourth)))
    }

    fileprivate var words: Words {
        switch self {
        case .v4(let bits): (bits.bigEndian, 0, 0, 0)
        case .v6(let high, let low):
            (
                UInt32(truncatingIfNeeded: high >> 32).bigEndian,
                UInt32(truncatingIfNeeded: high).bigEndian,
                UInt32(truncatingIfNeeded: low >> 32).bigEndian,
                UInt32(truncatingIfNeeded: low).bigEndian
            )
        }
    }
}

/// One conversation with the kernel's socket diagnostics.
private struct Diagnosis: ~Copyable {
    private static let bufferSize = 65_536
    private let descriptor: CInt

    init() throws(OSFailure) {
        descriptor = socket(
            AF_NETLINK, CInt(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), NETLINK_SOCK_DIAG)
        guard descriptor >= 0 else { throw .now("open the kernel's socket table") }
    }

    deinit { close(descriptor) }

    /// - Parameter filter: A program for the kernel's filter; only rows that it accepts are listed.
    func ask(
        _ request: KernelSockets.Request, filter: [UInt8] = []
    ) throws(OSFailure) -> [KernelSockets.Row] {
        var request = request
        var attribute: [UInt8] = []
        if !filter.isEmpty {
            let length = UInt16(filter.count + 4)
            attribute = withUnsafeBytes(of: (length, UInt16(INET_DIAG_REQ_BYTECODE))) { Array($0) }
            attribute += filter
            request.header.nlmsg_len += UInt32(attribute.count)
        }
        let message = withUnsafeBytes(of: &request) { Array($0) } + attribute
        guard send(descriptor, message, message.count, 0) > 0 else {
            throw .now("ask for the kernel's socket table")
        }
        let isDump = CInt(request.header.nlmsg_flags) & NLM_F_DUMP == NLM_F_DUMP
        var rows: [KernelSockets.Row] = []
        var buffer = [UInt8](repeating: 0, count: Self.bufferSize)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .now("read the kernel's socket table") }
            let isComplete = try Self.read(buffer[..<count], into: &rows)
            if isComplete || !isDump { return rows }
        }
    }

    /// Returns whether the last message of an answer was among these bytes.
    private static func read(
        _ bytes: ArraySlice<UInt8>, into rows: inout [KernelSockets.Row]
    ) throws(OSFailure) -> Bool {
        let headerSize = MemoryLayout<nlmsghdr>.size
        var rest = bytes
        while let header = rest.load(nlmsghdr.self) {
            let size = Int(header.nlmsg_len)
            guard size >= headerSize, size <= rest.count else { break }
            let body = rest.dropFirst(headerSize)
            switch CInt(header.nlmsg_type) {
            case CInt(NLMSG_DONE): return true
            case CInt(NLMSG_ERROR):
                let code = -(body.load(CInt.self) ?? -EPROTO)
                if code == ENOENT || code == 0 { return true }
                throw OSFailure("read the kernel's socket table", code: code)
            default:
                if let message = body.load(inet_diag_msg.self), let row = KernelSockets.Row(message)
                {
                    rows.append(row)
                }
            }
            // Messages start at multiples of four bytes.
            rest = rest.dropFirst((size + 3) & ~3)
        }
        return false
    }
}

extension ArraySlice<UInt8> {
    /// `nil` when fewer bytes are left than the value has.
    fileprivate func load<Value: BitwiseCopyable>(_: Value.Type) -> Value? {
        withUnsafeBytes {
            $0.count < MemoryLayout<Value>.size ? nil : $0.loadUnaligned(as: Value.self)
        }
    }
}
