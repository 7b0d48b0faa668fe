import Faults
import ScenarioFormat
import Testing

@Suite struct `A good file` {
    @Test func `becomes one scenario a matrix row`() throws {
        let scenarios = try Example.loaded()
        #expect(
            scenarios.map(\.title) == [
                "close-wait-starves-fourth-client [ib_insync 176]",
                "close-wait-starves-fourth-client [ib_insync 163]",
                "close-wait-starves-fourth-client [ib_async 176]",
                "close-wait-starves-fourth-client [ib_async 163]",
            ])
    }
}
