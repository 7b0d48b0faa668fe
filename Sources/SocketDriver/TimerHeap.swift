/// Names one scheduled timer; never reused.
package struct TimerID: Hashable, Sendable {
    let order: UInt64
    let clock: TimerClock
}

/// What a timer's deadline is counted by.
enum TimerClock: Hashable, Sendable { case gateway, real }

/// Timers of one clock, ordered by deadline, and by insertion where deadlines are equal.
struct TimerHeap {
    struct Timer {
        /// Nanoseconds of the clock since the loop began.
        let deadline: Int64
        let id: TimerID
        let react: () -> Void

        func isBefore(_ other: Timer) -> Bool {
            (deadline, id.order) < (other.deadline, other.id.order)
        }
    }

    let clock: TimerClock
    private var timers: [Timer] = []
    private var positions: [TimerID: Int] = [:]
    private(set) var nextOrder: UInt64 = 1

    var first: Timer? { timers.first }

    init(_ clock: TimerClock) {
        self.clock = clock
    }

    mutating func insert(deadline: Int64, react: @escaping () -> Void) -> TimerID {
        let id = TimerID(order: nextOrder, clock: clock)
        nextOrder += 1
        timers.append(Timer(deadline: deadline, id: id, react: react))
        positions[id] = timers.count - 1
        moveUp(from: timers.count - 1)
        return id
    }

    /// Does nothing when the timer has fired or was removed before.
    mutating func remove(_ id: TimerID) {
        guard let index = positions.removeValue(forKey: id) else { return }
        let last = timers.removeLast()
        guard index < timers.count else { return }
        timers[index] = last
        positions[last.id] = index
        moveUp(from: index)
        moveDown(from: index)
    }

    /// The first timer, when it is due at `now` and was inserted before `order`.
    func firstDue(at now: Int64, insertedBefore order: UInt64) -> Timer? {
        guard let first = timers.first, first.deadline <= now, first.id.order < order
        else { return nil }
        return first
    }

    private mutating func moveUp(from start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard timers[index].isBefore(timers[parent]) else { return }
            swap(index, parent)
            index = parent
        }
    }

    private mutating func moveDown(from start: Int) {
        var index = start
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2]
            where child < timers.count && timers[child].isBefore(timers[least]) {
                least = child
            }
            guard least != index else { return }
            swap(index, least)
            index = least
        }
    }

    private mutating func swap(_ one: Int, _ other: Int) {
        timers.swapAt(one, other)
        positions[timers[one].id] = one
        positions[timers[other].id] = other
    }
}
