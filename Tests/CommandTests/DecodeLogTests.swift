import Testing

@Suite struct `fakegw decode of an event log` {
    private func lines(_ options: String) -> [Substring] {
        Program.run("decode Files/log.jsonl \(options)").output.split(separator: "\n")
    }

    @Test func `prints only the messages that are wanted`() {
        #expect(
            lines("--type startApi --type hello") == [
                "    0.300430 live #1 → hello v100..225",
                "    0.302250 live #1 → startApi clientId=7",
            ])
        #expect(Program.run("decode Files/log.jsonl --type startapi").exitCode == 2)
    }

    @Test
    func `prints only the connections that are wanted, the second gateway's behind the first's`() {
        #expect(
            lines("--connection 2") == [
                "    0.400000 paper #1 opened 127.0.0.1:50001 → 127.0.0.1:4002, 2026-01-15T14:30:00.400000Z"
            ])
        #expect(lines("--connection 1").count == 7)
        #expect(lines("--connection 3") == [])
    }

    @Test func `prints only what is in the wanted time`() {
        #expect(
            lines("--from 0.4 --to 2026-01-15T14:30:00.45Z") == [
                "    0.400000 paper #1 opened 127.0.0.1:50001 → 127.0.0.1:4002, 2026-01-15T14:30:00.400000Z"
            ])
        #expect(lines("--from 1").count == 1)
    }

    @Test func `is a page about it on request`() {
        #expect(
            lines("--summary") == [
                "2 gateway connections, 3 messages",
                "2026-01-15T14:30:00.300015Z … 2026-01-15T14:30:00.500000Z, 0.199 s",
                "connections:",
                "  #1 127.0.0.1:50000 → 127.0.0.1:4001, v176, client 7, →2 ←1, 0.199 s, ended by the gateway's RST, 5 bytes in no frame",
                "  #2 127.0.0.1:50001 → 127.0.0.1:4002, →0 ←0, 0.000 s, still open",
                "longest silences:", "  #1 0.001 s from 2026-01-15T14:30:00.300430Z",
                "unanswered requests:",
                "  #1 startApi, 2026-01-15T14:30:00.302250Z, 0.197 s until the end",
            ])
    }
}
