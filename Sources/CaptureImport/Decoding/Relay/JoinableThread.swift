import CLinux

/// A thread that does one thing.
final class JoinableThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private var thread = pthread_t()

    /// Starts it; `nil` when the system has no thread for it, and then nothing was done.
    init?(_ run: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(run))
        let started = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        guard started == 0 else {
            work.release()
            return nil
        }
    }

    /// Waits until it is done.
    func join() { pthread_join(thread, nil) }
}
