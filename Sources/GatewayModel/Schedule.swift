import Simulation

/// What the model has to do later, earliest first; what is due at the same instant keeps its order.
struct Schedule: Sendable {
    enum Task: Hashable, Sendable {
        /// The order with this permanent id takes its next step.
        case advanceOrder(permID: Int64)
        case expireOrder(permID: Int64)
        case finishCancel(permID: Int64)
        /// The order's unchanged state, or a warning, is told.
        case echoOrder(permID: Int64)
        /// An order that has ended is shown once more.
        case showDone(OrderKey)
        /// The commission of the execution with this running number is due.
        case reportCommission(Int)
        /// Resting orders on a contract are compared with its price.
        case lookAtPrice(conID: Int64)
        /// Subscribers hear of account values again, or of profit and loss.
        case repeatAccounts
        case sendProfits
        /// A client that asked to be paced has its next request served.
        case servePaced(ConnectionID)
        /// The gateway's own life goes on.
        case live(LifeStep)
        /// All lines have their next tick.
        case tickFeeds
        /// A subscription has its next message, or its end.
        case stream(ConnectionID, StreamKey)
    }

    /// Names one scheduled task, to call it off.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    private struct Entry: Sendable {
        let instant: SimInstant
        let ticket: Ticket
        let task: Task

        func precedes(_ other: Entry) -> Bool {
            (instant, ticket.number) < (other.instant, other.ticket.number)
        }
    }

    /// A binary heap; called-off entries stay until they surface or outnumber the living.
    private var heap: [Entry] = []
    private var calledOff: Set<Ticket> = []
    private var nextNumber: UInt64 = 0

    /// Tasks still to be done.
    var count: Int { heap.count - calledOff.count }

    /// Called-off ones that still take room included.
    var storedCount: Int { heap.count + calledOff.count }

    var earliest: SimInstant? { heap.first?.instant }

    mutating func add(_ task: Task, at instant: SimInstant) -> Ticket {
        let ticket = Ticket(number: nextNumber)
        nextNumber += 1
        heap.append(Entry(instant: instant, ticket: ticket, task: task))
        siftUp(heap.count - 1)
        return ticket
    }

    /// Calls a task off; the ticket must belong to a task not yet done.
    mutating func cancel(_ ticket: Ticket) {
        calledOff.insert(ticket)
        if calledOff.count > heap.count / 2 { sweep() }
        dropCalledOffFront()
    }

    /// Takes the earliest task that is due.
    mutating func takeDue(at now: SimInstant) -> Task? {
        guard let first = heap.first, first.instant <= now else { return nil }
        removeFirst()
        dropCalledOffFront()
        return first.task
    }

    private mutating func dropCalledOffFront() {
        while let first = heap.first, calledOff.remove(first.ticket) != nil { removeFirst() }
    }

    private mutating func sweep() {
        let living = heap.filter { !calledOff.contains($0.ticket) }
        calledOff.removeAll()
        // A sorted array is a heap.
        heap = living.sorted { $0.precedes($1) }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown()
    }

    private mutating func siftUp(_ start: Int) {
        var index = start
        while index > 0 {
            let parent = (index - 1) / 2
            guard heap[index].precedes(heap[parent]) else { return }
            heap.swapAt(index, parent)
            index = parent
        }
    }

    private mutating func siftDown() {
        var index = 0
        while true {
            var least = index
            for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
                if heap[child].precedes(heap[least]) { least = child }
            }
            guard least != index else { return }
            heap.swapAt(index, least)
            index = least
        }
    }
}
