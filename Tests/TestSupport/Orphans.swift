import Glibc

/// Who is given the processes whose parent has died: this process, or whoever reaps for the machine.
///
/// A test that adopts them and a test that leaves dead ones behind must not run at the same time: the
/// test runner waits for any child of its own, and one that nobody reaps would keep it busy.
package enum Orphans {
    private struct Lock: @unchecked Sendable {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

        init() { pthread_mutex_init(mutex, nil) }
    }

    private static let lock = Lock()

    package static func undisturbed<Result>(_ body: () throws -> Result) rethrows -> Result {
        pthread_mutex_lock(lock.mutex)
        defer { pthread_mutex_unlock(lock.mutex) }
        return try body()
    }
}
