internal import CLinux
internal import Glibc
package import Simulation

/// Waits for descriptors, timers and signals on one thread, and calls the closures that were
/// registered for them.
///
/// It decides when something is reported, never what it means. It is level-triggered, unless asked
/// otherwise: a descriptor that stays ready is reported again on every turn. A watcher that does
/// not read must drop its interest.
///
/// Every reaction runs on the thread that calls `run`. No method may be called from another thread.
package final class EventLoop {
    /// What a watcher wants to be told, besides hang-ups and errors.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let readable = Interest(rawValue: EPOLLIN.rawValue)
        package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
        /// The other side has shut down its sending side, or the connection is gone.
        package static let farEnd = Interest(rawValue: EPOLLRDHUP.rawValue)
        /// Only changes are reported (edge-triggered).
        package static let changesOnly = Interest(rawValue: EPOLLET.rawValue)
    }

    /// What the kernel reports.
    package struct Readiness: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
        package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
        /// Both directions are shut down, or the connection is gone.
        package static let hungUp = Readiness(rawValue: EPOLLHUP.rawValue)
        /// An error waits to be read.
        package static let failed = Readiness(rawValue: EPOLLERR.rawValue)
    }

    /// Called with the descriptor, so that one closure can serve many.
    package typealias Reaction = (CInt, Readiness) -> Void

    /// One watched descriptor.
    ///
    /// The kernel reuses descriptor numbers. A watch is never reused.
    package struct Watch: Hashable, Sendable {
        let descriptor: CInt
        let generation: UInt32

        var token: UInt64 { UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor)) }
    }

    private struct Slot {
        var generation: UInt32 = 0
        var interest: Interest = []
        var react: Reaction?
    }

    /// Gateway seconds that pass in one real second, while the clock is not held back.
    package let speed: Double
    /// Called whenever the gateway's clock has changed its rate.
    package var onPace: (() -> Void)?
    /// How the gateway's clock runs now.
    package internal(set) var pace: Pace
    /// How it runs when nothing waits for the kernel.
    var wantedPace: (rate: Int64, until: Int64)
    /// How many looks at the kernel's table wait for their real time.
    ///
    /// The gateway's clock is held back meanwhile: what the kernel does takes as long at any speed.
    var kernelWaits = 0 {
        didSet { if (oldValue == 0) != (kernelWaits == 0) { takePace() } }
    }
    /// How often the loop has been woken so far.
    package private(set) var wakeups = 0

    private static let batchSize = 256
    private let epoll: CInt
    private let clock: CInt
    /// The kernel's CLOCK_MONOTONIC when the loop was made, in nanoseconds.
    package let began: Int64
    private let batch = UnsafeMutablePointer<epoll_event>.allocate(capacity: EventLoop.batchSize)
    /// How long the turns took, the waiting left out, in real time.
    package private(set) var turns = Histogram()
    private var slots: [Slot] = []
    private var gatewayTimers = TimerHeap(.gateway)
    private var realTimers = TimerHeap(.real)
    var armedDeadline = Int64.max
    private var signals: CInt?
    private var isRunning = false

    /// Also makes writing to a closed pipe an error instead of a deadly signal, process-wide.
    package init(speed: Double = 1) throws(OSFailure) {
        precondition(speed > 0 && speed.isFinite, "a clock runs forward at a finite speed")
        self.speed = speed
        pace = Pace(rate: Pace.rate(of: speed))
        wantedPace = (pace.rate, .max)
        signal(SIGPIPE, SIG_IGN)
        began = Self.monotonicNanoseconds()
        epoll = epoll_create1(CInt(EPOLL_CLOEXEC))
        clock = timerfd_create(CLOCK_MONOTONIC, CInt(TFD_CLOEXEC | TFD_NONBLOCK))
        guard epoll >= 0, clock >= 0 else { throw .now("set up the event loop") }
        _ = try watch(clock, .readable) { [unowned self] descriptor, _ in
            var expirations: UInt64 = 0
            read(descriptor, &expirations, 8)
            armedDeadline = .max
        }
    }

    deinit {
        for descriptor in [epoll, clock, signals ?? -1] where descriptor >= 0 { close(descriptor) }
        batch.deallocate()
    }

    /// The gateway's time.
    package var now: SimInstant { instant(atReal: realNow) }

    /// Real nanoseconds since the loop was made.
    var realNow: Int64 { Self.monotonicNanoseconds() - began }

    /// Calls `react` whenever the descriptor is ready for what was asked.
    ///
    /// The watch must be cancelled before the descriptor is closed.
    package func watch(
        _ descriptor: CInt, _ interest: Interest, react: @escaping Reaction
    ) throws(OSFailure) -> Watch {
        let index = Int(descriptor)
        while slots.count <= index { slots.append(Slot()) }
        precondition(slots[index].react == nil, "descriptor \(descriptor) is already watched")
        let watch = Watch(descriptor: descriptor, generation: slots[index].generation &+ 1)
        guard control(EPOLL_CTL_ADD, watch, interest) else {
            throw .now("watch descriptor \(descriptor)")
        }
        slots[index] = Slot(generation: watch.generation, interest: interest, react: react)
        return watch
    }

    package func setInterest(_ interest: Interest, of watch: Watch) {
        guard isCurrent(watch), slots[Int(watch.descriptor)].interest != interest else { return }
        slots[Int(watch.descriptor)].interest = interest
        _ = control(EPOLL_CTL_MOD, watch, interest)
    }

    /// No reaction for this watch is called after this, not even for events already fetched.
    package func cancel(_ watch: Watch) {
        guard isCurrent(watch) else { return }
        slots[Int(watch.descriptor)].react = nil
        _ = control(EPOLL_CTL_DEL, watch, [])
    }

    /// Calls `react` once, when the gateway's clock has reached `instant`.
    package func schedule(at instant: SimInstant, _ react: @escaping () -> Void) -> TimerID {
        gatewayTimers.insert(deadline: instant.nanoseconds, react: react)
    }

    /// Calls `react` once, `delay` of real time from now.
    package func schedule(
        afterReal delay: Duration, _ react: @escaping () -> Void
    ) -> TimerID {
        let (deadline, overflow) = realNow.addingReportingOverflow(max(0, delay.nanoseconds))
        return realTimers.insert(deadline: overflow ? .max : deadline, react: react)
    }

    package func cancel(_ timer: TimerID) {
        switch timer.clock {
        case .gateway: gatewayTimers.remove(timer)
        case .real: realTimers.remove(timer)
        }
    }

    /// Blocks these signals in the calling thread, and reports them to the closure instead.
    package func watchSignals(
        _ numbers: [CInt], react: @escaping (CInt) -> Void
    ) throws(OSFailure) {
        precondition(signals == nil, "signals are watched once per loop")
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let descriptor = signalfd(-1, &set, CInt(SFD_CLOEXEC | SFD_NONBLOCK))
        guard descriptor >= 0 else { throw .now("watch signals") }
        signals = descriptor
        _ = try watch(descriptor, .readable) { descriptor, _ in
            var record = signalfd_siginfo()
            let size = MemoryLayout<signalfd_siginfo>.size
            while read(descriptor, &record, size) == size { react(CInt(record.ssi_signo)) }
        }
    }

    /// Runs until `isDone` returns true.
    ///
    /// It is called before each wait.
    package func run(until isDone: () -> Bool) {
        precondition(!isRunning, "the loop was run from one of its own reactions")
        isRunning = true
        defer { isRunning = false }
        while !isDone() { turn() }
    }

    /// Gives up after `limit` of real time.
    ///
    /// - Returns: Whether `isDone` came true.
    package func run(until isDone: () -> Bool, forReal limit: Duration) -> Bool {
        var isOver = false
        let timer = schedule(afterReal: limit) { isOver = true }
        defer { cancel(timer) }
        var hasComeTrue = false
        run {
            hasComeTrue = isDone()
            return hasComeTrue || isOver
        }
        return hasComeTrue
    }

    private func turn() {
        armClock()
        let count = epoll_wait(epoll, batch, CInt(Self.batchSize), -1)
        precondition(count >= 0 || errno == EINTR, "epoll_wait failed: \(errno)")
        wakeups += 1
        let woken = realNow
        defer { turns.take(nanoseconds: realNow - woken) }
        for index in 0..<max(0, Int(count)) {
            let token = batch[index].data.u64
            let descriptor = CInt(truncatingIfNeeded: token)
            let slot = slots[Int(descriptor)]
            guard slot.generation == UInt32(token >> 32), let react = slot.react else { continue }
            react(descriptor, Readiness(rawValue: batch[index].events))
        }
        let now = realNow
        let orders = (gatewayTimers.nextOrder, realTimers.nextOrder)
        while let timer = nextDue(at: now, insertedBefore: orders) {
            cancel(timer.id)
            timer.react()
        }
    }

    /// The timer that was due first, of both clocks.
    private func nextDue(
        at now: Int64, insertedBefore orders: (gateway: UInt64, real: UInt64)
    ) -> TimerHeap.Timer? {
        let instant = instant(atReal: now).nanoseconds
        let gateway = gatewayTimers.firstDue(at: instant, insertedBefore: orders.gateway)
        let real = realTimers.firstDue(at: now, insertedBefore: orders.real)
        guard let gateway, let real else { return gateway ?? real }
        let due = realDeadline(of: SimInstant(nanoseconds: gateway.deadline))
        return due <= real.deadline ? gateway : real
    }

    private var nextDeadline: Int64? {
        let gateway = gatewayTimers.first.map {
            realDeadline(of: SimInstant(nanoseconds: $0.deadline))
        }
        guard let gateway, let real = realTimers.first?.deadline else {
            return gateway ?? realTimers.first?.deadline
        }
        return min(gateway, real)
    }

    /// Does not set the timer when it is already set to an earlier instant.
    ///
    /// One unneeded wake-up costs less than a system call for every deadline that moves.
    private func armClock() {
        guard let deadline = nextDeadline, deadline < armedDeadline else { return }
        armedDeadline = deadline
        let (sum, overflow) = began.addingReportingOverflow(deadline)
        let absolute = max(1, overflow ? Int64.max : sum)
        var setting = itimerspec()
        setting.it_value.tv_sec = Int(absolute / 1_000_000_000)
        setting.it_value.tv_nsec = Int(absolute % 1_000_000_000)
        let result = timerfd_settime(clock, CInt(TFD_TIMER_ABSTIME), &setting, nil)
        precondition(result == 0, "timerfd_settime failed: \(errno)")
    }

    private func isCurrent(_ watch: Watch) -> Bool {
        let slot = slots[Int(watch.descriptor)]
        return slot.generation == watch.generation && slot.react != nil
    }

    private func control(_ operation: CInt, _ watch: Watch, _ interest: Interest) -> Bool {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = watch.token
        return epoll_ctl(epoll, operation, watch.descriptor, &event) == 0
    }

    private static func monotonicNanoseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
