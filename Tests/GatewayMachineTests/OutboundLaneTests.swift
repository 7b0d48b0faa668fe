@testable import GatewayMachine
import Simulation
import Testing

@Suite struct `A lane that gathers` {
    @Test func `takes along what its late release sets in motion`() {
        var lane = Lane<Leaving>()
        lane.window = .milliseconds(50)
        lane.put(.bytes([1], nil), due: .start)
        #expect(lane.release(at: .start).isEmpty)
        // A real clock never rings at the very instant.
        let late = SimInstant.start + .milliseconds(51)
        #expect(lane.release(at: late).count == 1)
        lane.put(.bytes([2], nil), due: late)
        #expect(lane.release(at: late).count == 1)
        lane.put(.bytes([3], nil), due: late + .nanoseconds(1))
        #expect(lane.release(at: late + .nanoseconds(1)).isEmpty)
    }
}
