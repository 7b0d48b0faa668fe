import ScenarioFormat
import Testing

/// Combinations of shipped pathologies that `fakegw check` refuses.
@Suite struct `Pathologies that contradict` {
    @Test(arguments: [
        (
            "pathologies: [stall-after-hours, established-ok-new-dead]",
            "4:36: 'established-ok-new-dead' and 'stall-after-hours' exclude each other"
        ),
        (
            "pathologies: [weekly-2fa, auto-logoff]",
            "4:29: 'auto-logoff' and 'weekly-2fa' exclude each other"
        ),
        (
            "pathologies: [nightly-restart, logoff]",
            "4:34: 'auto-logoff' and 'nightly-restart' exclude each other"
        ),
        (
            "pathologies: [red-on-disconnect, red-light]",
            "4:36: the pathology 'red-on-disconnect' is used twice"
        ),
        (
            "pathologies: [open-orders-before-accounts]\nsettings: "
                + "{download-open-orders-on-connection: false}",
            "'open-orders-before-accounts' needs the setting "
                + "'download-open-orders-on-connection: true', and the gateway has 'false'"
        ),
    ])
    func `are refused on one gateway`(gateway: String, said: String) {
        let text = diagnosis(scenario(gateway: gateway))
        #expect(text.contains(said), "\(text)")
    }

    @Test func `are refused when the proxy would need a setting`() {
        let text = """
            version: 1
            name: s
            gateways:
              real: {}
              proxy: {upstream: real, pathologies: [open-orders-before-accounts]}
            clients: {bot: {run: [bot, --port, "${gateway.proxy.port}"]}}
            """
        let said = diagnosis(text)
        let expected = "s.yaml:5:27: 'open-orders-before-accounts' needs settings"
        #expect(said.contains(expected), "\(said)")
    }
}
