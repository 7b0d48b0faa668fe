import Testing

@Suite struct `fakegw diagnose` {
    @Test func `names what captures show, and says when they show nothing`() {
        Program.expect(
            [
                "diagnose", "diagnose ../../Captures/session/healthy.pcap",
                "diagnose ../../Captures/tcp/leaked-close-wait.pcap",
                "diagnose ../../Captures/handshake/silent-handshake.pcap",
                "diagnose ../../Captures/handshake/silent-handshake.pcap --json",
                "diagnose Files/to-client.hex ../../Captures/session/healthy.pcap",
                "diagnose ../../Captures/session/healthy.pcap --catalogue Files/signs",
            ], toAnswerAs: "diagnose")
    }

    @Test func `gives every incident, event and oddity its keys`() {
        let answer = Program.run("diagnose ../../Captures/tcp/rst-mid-frame.pcap --json")
        #expect(answer.exitCode == 1)
        for key in [
            "file", "verdict", "connections", "messages", "from", "to", "incidents", "oddities",
            "notes",
            "omittedFacts", "certainty", "named", "neighbours", "name", "weight", "times",
            "evidence",
            "event", "packet", "lastPacket", "at", "text", "summary", "clearedBy", "demonstration",
            "clients",
        ] {
            #expect(answer.output.contains("\"\(key)\":"), "\(key)")
        }
    }
}
