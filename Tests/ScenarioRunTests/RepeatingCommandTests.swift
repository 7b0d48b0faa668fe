import EventLog
import ScenarioRun
import Testing

@Suite struct `The command that repeats a play` {
    private func command(_ file: String, _ title: String, speed: Double = 1) -> String {
        RunHeader(scenario: file, title: title, seed: 7, speed: speed)
            .repeatingCommand(ownSpeed: 1)
    }

    @Test func `names file, title and seed, and the speed that is not the scenario's own`() {
        #expect(
            command("a/b.yaml", "b [ib_async]")
                == "fakegw run a/b.yaml --filter 'b [ib_async]' --seed 7")
        #expect(
            command("b.yaml", "b", speed: 20)
                == "fakegw run b.yaml --filter 'b' --seed 7 --speed 20")
    }

    @Test func `is safe to paste into a shell`() {
        #expect(
            command("my files/b.yaml", "it's $HOME")
                == #"fakegw run 'my files/b.yaml' --filter 'it'\''s $HOME' --seed 7"#)
    }
}
