import Faults
import ScenarioFormat
import Testing

@Suite struct `The shipped catalogue` {
    @Test func `holds the eleven pathologies`() {
        #expect(
            PathologyCatalogue.shipped.names == [
                "client-id-in-use", "established-but-not-listening", "frame-coalesce",
                "frame-split", "leaked-close-wait", "one-connection-limit", "red-on-disconnect",
                "rst-mid-frame", "silent-handshake", "slow-synchronization", "startapi-mute",
            ])
    }
}
