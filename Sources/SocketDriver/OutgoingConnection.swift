internal import Glibc

/// One TCP connection made by us, as a client makes it.
///
/// It always ends with a RST: at `close`, when this process exits, and when it is killed. A FIN
/// would stay as a CLOSE_WAIT row at a gateway that keeps its socket. A RST removes the row. The
/// RST discards bytes that are not delivered yet, so a caller that needs them delivered first waits
/// for the answer.
package final class OutgoingConnection {
    package enum Event {
        case connected
        case received([UInt8])
        /// The gateway's FIN.
        case ended
        /// The gateway's RST, or a network error.
        case reset
        /// No connection came about.
        case refused(OSFailure)
    }

    /// How many bytes are read before other descriptors get their turn.
    private static let mostRead = 65_536

    package let gateway: Endpoint
    private let loop: EventLoop
    private let descriptor: CInt
    private let react: (Event) -> Void
    private var watch: EventLoop.Watch?
    private var outbound = OutboundQueue()
    private var isWaitingToSend = false
    private var isConnected = false
    private var isOpen = true

    /// Begins to connect.
    ///
    /// `react` is called with the result, on the loop's thread.
    package init(
        to gateway: Endpoint, on loop: EventLoop, react: @escaping (Event) -> Void
    ) throws(OSFailure) {
        self.gateway = gateway
        self.loop = loop
        self.react = react
        let dial = try Dial(to: gateway, aborts: true)
        descriptor = dial.descriptor
        if dial.refusal != 0 {
            _ = loop.schedule(afterReal: .zero) { [weak self] in self?.refuse(dial.refusal) }
            return
        }
        do throws(OSFailure) {
            watch = try loop.watch(descriptor, .writable) { [unowned self] _, readiness in
                look(readiness)
            }
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// `nil` once closed.
    package var localEndpoint: Endpoint? {
        isOpen ? Endpoint(localOf: descriptor) : nil
    }

    package func send(_ bytes: [UInt8]) {
        precondition(isConnected, "bytes were sent before the connection was made")
        guard isOpen else { return }
        outbound.append(bytes)
        if !isWaitingToSend { flush() }
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        if let watch { loop.cancel(watch) }
        Glibc.close(descriptor)
    }

    private func look(_ readiness: EventLoop.Readiness) {
        guard isConnected else { return finishConnecting() }
        if readiness.contains(.writable), isWaitingToSend { flush() }
        if isOpen, !readiness.isDisjoint(with: [.readable, .hungUp, .failed]) { receive() }
    }

    private func finishConnecting() {
        let code = Dial.answer(of: descriptor)
        guard code == 0 else { return refuse(code) }
        isConnected = true
        setInterest()
        react(.connected)
    }

    private func refuse(_ code: CInt) {
        guard isOpen else { return }
        close()
        react(.refused(Dial.failure(to: gateway, code: code)))
    }

    private func receive() {
        var bytes = [UInt8](repeating: 0, count: Self.mostRead)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        if count > 0 {
            react(.received(Array(bytes[..<count])))
        } else if count == 0 {
            close()
            react(.ended)
        } else if errno != EAGAIN, errno != EINTR {
            close()
            react(.reset)
        }
    }

    /// A failed send is reported by the next read.
    private func flush() {
        isWaitingToSend = outbound.send(to: descriptor) == .waiting
        setInterest()
    }

    private func setInterest() {
        guard let watch else { return }
        loop.setInterest(isWaitingToSend ? [.readable, .writable] : .readable, of: watch)
    }
}
