import GatewayModel
import ScenarioFormat
import Testing

@Suite struct `The settings` {
    /// Another value than the usual one for each, as it is written.
    private static let others = [
        "read-only": "true", "max-clients": "3", "master-client-id": "7",
        "every-client-is-master": "false", "ids-come-first": "true",
        "messages-per-second": "unlimited", "pacing-violations": "1",
        "reject-messages-above-max-rate": "true", "warns-near-max-rate": "false",
        "accounts-come-late": "true", "download-open-orders-on-connection": "false",
        "answers-padded-hellos": "false", "legacy-greeting": "none",
        "current-time-interval": "4s",
        "repeats-account-summary": "true", "frees-cancelled-summaries": "false",
        "prefixes-ledger-keys": "true",
        "farms": "market-data:usfarm:broken+history:ushmds",
        "time-zone": "Central European Standard Time",
        "binds-with-negative-ids": "true", "markets-keep-hours": "true", "checks-margins": "false",
        "market-waits": "false",
        "price-step": "20s", "partial-fills": "3",
        "fill-reports": "execution+open-order", "commission-delay": "2s",
        "order-echoes": "once", "price-band": "5", "empty-tif": "preset",
        "warns-of-done-orders": "always", "shows-deactivated": "never",
        "restates-cancelled": "always", "error-class": "bF",
        "order-watch-interval": "250ms", "open-orders": "10", "account-update-interval": "5s",
        "profit-interval": "2s", "tick-interval": "1s", "market-data": "delayed-only",
        "event-calendar": "false", "fundamental-data": "gone", "bond-details": "full",
        "send-instrument-timezone": "operator",
        "market-data-lines": "5", "tick-by-tick-lines": "1", "depth-lines": "0",
        "account-summaries": "1", "paces-history": "false", "starts-off": "true",
        "starting-time": "1s", "login-time": "2s", "initializing-time": "3s",
        "farm-delay": "100ms", "nightly-restart": "23:45", "weekly-login": "sat-04:05:06",
        "login-wait": "1m",
    ]

    @Test func `change one thing each, from the file to the gateway`() throws {
        #expect(Set(Self.others.keys) == Set(GatewaySetting.all.map(\.name)))
        for setting in GatewaySetting.all {
            let other = try #require(Self.others[setting.name])
            let text = scenario(gateway: "settings: {\(setting.name): \"\(other)\"}")
            let spec = try loadScenarios(text: text, file: "s.yaml", catalogue: .empty)[0]
                .gateways[0]
            let changed = spec.settings.changed
            #expect(changed.map { $0.setting.name } == [setting.name])
            #expect(changed.map { $0.text } == [other])
        }
    }

    @Test func `read what they write`() throws {
        for setting in GatewaySetting.all {
            var settings = GatewaySettings()
            #expect(setting.set(setting.usual, &settings), "\(setting.name)")
            #expect(settings.changed.isEmpty)
            #expect(!setting.set("certainly not", &settings), "\(setting.name)")
            #expect(settings.changed.isEmpty, "a refused value changes nothing")
        }
    }

    /// Every field of the model's settings, and where a user finds it.
    @Test func `leave no field of the model out of reach`() {
        let elsewhere: Set = [
            "newestVersion", "epoch", "limits", "life",
        ]
        let fields = Mirror(reflecting: GatewaySettings()).children.compactMap(\.label)
            .filter { !elsewhere.contains($0) }
        let lifeFields = Mirror(reflecting: GatewayLife()).children.compactMap(\.label)
        let ofLimits = 5
        #expect(GatewaySetting.all.count == fields.count + lifeFields.count + ofLimits)
    }

    @Test func `are explained as far as they are not as usual`() throws {
        let text = scenario(
            gateway: "settings: {farms: [market-data:a, history:b:idle], tick-interval: 1000ms}")
        let first = try loadScenarios(text: text, file: "s.yaml", catalogue: .empty)[0]
        #expect(
            first.explained.contains(
                "    settings: {farms: \"market-data:a+history:b:idle\", tick-interval: \"1s\"}\n"))
        let again = try loadScenarios(text: first.explained, file: "s.yaml", catalogue: .empty)[0]
        #expect(
            again.gateways[0].settings.farms == [
                Farm(name: "a", kind: .marketData),
                Farm(name: "b", kind: .history, firstState: .idle),
            ])
        #expect(again.gateways[0].settings.tickInterval == .seconds(1))
    }

    @Test func `are refused with the place and the nearest right name`() {
        #expect(
            diagnosis(scenario(gateway: "settings: {read-olny: true}")) == """
                error: s.yaml:4:14: a gateway has no setting 'read-olny'
                  4 |   settings: {read-olny: true}
                    |              ^~~~~~~~~
                  hint: did you mean 'read-only'?
                """)
        #expect(
            diagnosis(scenario(gateway: "settings: {max-clients: 0}")) == """
                error: s.yaml:4:27: 'max-clients' takes a number from 1 to 1000, not '0'
                  4 |   settings: {max-clients: 0}
                    |                           ^
                  hint: 'fakegw settings' lists them all
                """)
    }

    @Test(arguments: [
        ("farms", "usfarm"), ("farms", "market-data:a+market-data:a"), ("farms", "history:a:gone"),
        ("nightly-restart", "24:00"), ("nightly-restart", "7:00"), ("weekly-login", "sun 01:00"),
        ("weekly-login", "son-01:00"), ("fill-reports", "execution+"), ("partial-fills", "0"),
        ("tick-interval", "0s"), ("messages-per-second", "0"), ("time-zone", "US/Somewhere"),
    ])
    func `take no value of another form`(name: String, text: String) throws {
        var settings = GatewaySettings()
        let setting = try #require(GatewaySetting.named(name))
        #expect(!setting.set(text, &settings))
    }
}

@Suite struct `A gateway with a world` {
    private func loaded(_ text: String) throws(ScenarioError) -> [Scenario] {
        var scenarios = try loadScenarios(text: text, file: "f/s.yaml", catalogue: .empty)
        try readWorlds(of: &scenarios, text: text) { path in
            path == "w.yaml"
                ? .text(worldText("accounts: [{name: A, cash: 1}]"), path: "f/w.yaml")
                : path == "bad.yaml"
                    ? .text(worldText("accounts: 7"), path: "f/bad.yaml")
                    : .unreadable("cannot read f/\(path): no such file")
        }
        return scenarios
    }

    @Test func `has the one its file holds, in every row of a matrix`() throws {
        let scenarios = try loaded(
            scenario(gateway: "world: w.yaml", "matrix: {client: [a, b]}\n"))
        #expect(scenarios.map { $0.gateways[0].world.accounts.map(\.name) } == [["A"], ["A"]])
        #expect(scenarios[0].explained.contains("    world: w.yaml\n"))
        #expect(
            scenarios[0].explained.contains(
                "    # world w: 1 account, 0 positions, 0 contracts, 0 open orders\n"))
    }

    @Test func `starts when it says, unless the gateway says otherwise`() throws {
        let inline = "world: {clock: {starts: now}, accounts: [{name: A, cash: 1}]}"
        #expect(try loaded(scenario())[0].gateways[0].start == .usual)
        #expect(try loaded(scenario(gateway: inline))[0].gateways[0].start == .now)
        let both = try loaded(
            scenario(gateway: inline + "\nclock: 2026-03-20T09:00:00Z"))[0].gateways[0]
        #expect(both.start == .at(1_773_997_200_000_000_000))
        #expect(GatewayStart.now.epoch(now: 5) == 5)
        #expect(GatewayStart.at(4).epoch(now: 5) == 4)
    }

    @Test func `shows a mistake where it is made`() {
        func first(_ world: String) -> String {
            do throws(ScenarioError) {
                _ = try loaded(scenario(gateway: "world: \(world)"))
                return ""
            } catch {
                return String(error.description.prefix { $0 != "\n" })
            }
        }
        #expect(first("gone.yaml") == "error: f/s.yaml:4:10: cannot read f/gone.yaml: no such file")
        #expect(
            first("bad.yaml")
                == "error: f/bad.yaml:3:11: accounts: expected a list, found a single value")
        #expect(
            first("{accounts: [{name: A, cash: x}]}")
                == "error: f/s.yaml:4:38: 'x' is no number with at most six decimals")
    }

    @Test func `stands beside a recording, for what the model answers there`() {
        let beside = "replay: r.transcript\nbeyond: model\nclock: now\nsettings: {}"
        #expect(diagnosis(scenario(gateway: beside)).isEmpty)
        #expect(
            diagnosis(scenario(gateway: "beyond: model")).contains("and nothing is replayed"))
    }
}

@Suite struct `A step about the gateway's own life` {
    @Test(arguments: [
        ("{set-farm: gateway}", "'set-farm' needs the key 'farm'"),
        ("{set-farm: gateway, farm: usfrm, state: ok}", "'usfrm' is no farm of gateway 'gateway'"),
        ("{set-farm: gateway, farm: usfarm, state: bad}", "'bad' is no state of a farm"),
        ("{change-port: gateway, port: 70000}", "70000 is outside 0...65535"),
        ("{authenticate: gate}", "no gateway 'gate'"),
        ("{interrupt-server: gateway, for: 2s}", "step 'interrupt-server' has no key 'for'"),
    ])
    func `is refused with a wrong word`(step: String, message: String) {
        #expect(diagnosis(scenario("steps: [\(step)]\n")).contains(message))
    }

    @Test func `knows the farms of the gateway's settings`() {
        let text = "steps: [{set-farm: gateway, farm: eufarm, state: idle}]\n"
        #expect(
            diagnosis(
                scenario(gateway: "settings: {farms: [market-data:eufarm]}", text)) == "")
    }
}
