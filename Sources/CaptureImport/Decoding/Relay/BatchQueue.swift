import CLinux

/// Takes batches from one thread to another, a few at a time.
final class BatchQueue: @unchecked Sendable {
    /// Batches on their way at once; whoever is faster waits.
    private static let capacity = 4

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    // The rest is touched with the mutex held.
    private var waiting: [RelayBatch] = []
    private var spare: [RelayBatch] = []
    private var isEnded = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Sends a batch on its way, once there is room for it.
    ///
    /// - Returns: An empty one.
    func send(_ batch: consuming RelayBatch) -> RelayBatch {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.count >= Self.capacity { pthread_cond_wait(changed, mutex) }
        waiting.append(batch)
        pthread_cond_signal(changed)
        return spare.popLast() ?? RelayBatch()
    }

    /// Nothing more will be sent.
    func end() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isEnded = true
        pthread_cond_signal(changed)
    }

    /// Waits for the next batch.
    ///
    /// - Parameter used: One that is empty again.
    /// - Returns: `nil` when nothing more comes.
    func next(_ used: consuming RelayBatch?) -> RelayBatch? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let used { spare.append(used) }
        while waiting.isEmpty, !isEnded { pthread_cond_wait(changed, mutex) }
        guard !waiting.isEmpty else { return nil }
        let batch = waiting.removeFirst()
        pthread_cond_signal(changed)
        return batch
    }
}
