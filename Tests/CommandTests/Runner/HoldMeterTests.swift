import ProcessDriver
import Testing

@testable import fakegw

@Suite struct `The meter of holds` {
    private func thread(
        _ state: String = "D", in call: String? = "read", waits: Int = 7, isEnding: Bool = false
    ) -> ProgramThread {
        ProgramThread(
            processID: 12, name: "client", state: state, call: call, channel: nil, waits: waits,
            isEnding: isEnding)
    }

    @Test func `tells how long one wait takes, each half second`() {
        var meter = HoldMeter()
        let told = (0...6).map { meter.look(thread(), real: 100 + Double($0) / 4) }
        #expect(told == [nil, nil, 500, nil, 1000, nil, 1500])
    }

    @Test func `takes many short waits for none`() {
        var meter = HoldMeter()
        for look in 0...20 {
            #expect(meter.look(thread(waits: look), real: Double(look)) == nil)
        }
    }

    @Test(arguments: ["R", "S", "T", "Z"])
    func `begins anew when the program does something else`(state: String) {
        var meter = HoldMeter()
        #expect(meter.look(thread(), real: 0) == nil)
        #expect(meter.look(thread(state), real: 1) == nil)
        #expect(meter.look(thread(), real: 2) == nil)
        #expect(meter.look(thread(), real: 3) == 1000)
    }

    /// A program that ends does nothing any more, however often the kernel lets it wait.
    @Test func `counts an end that takes long as a whole`() {
        var meter = HoldMeter()
        let told = (0...4).map {
            meter.look(thread(in: "futex", waits: $0, isEnding: true), real: Double($0))
        }
        #expect(told == [nil, 1000, 2000, 3000, 4000])
    }

    @Test func `tells nothing where the kernel does not tell in what a program waits`() {
        var meter = HoldMeter()
        for look in 0...9 { #expect(meter.look(thread(in: nil), real: Double(look)) == nil) }
    }

    @Test func `is not deceived by a program that waits for one that it starts`() {
        var meter = HoldMeter()
        for look in 0...9 { #expect(meter.look(thread(in: "vfork"), real: Double(look)) == nil) }
    }
}
