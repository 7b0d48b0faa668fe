internal import EventLog
internal import Faults
internal import GatewayModel
internal import Simulation

/// Steps that give a gateway a command.
extension StepWord {
    static let gateways: [StepWord] = [
        telling(
            "restart", ["down"], "restart the gateway, and wait until it listens again",
            example: "{restart: gateway, down: 2s}",
            read: { reading, fields, _ in
                .restart(down: reading.duration(fields["down"]) ?? .zero)
            },
            write: { command in
                if case .restart(let down) = command { [("down", down.scenarioText)] } else { nil }
            }),
        telling("redden", .turnLight(.red), "turn the API light red; hellos are not answered"),
        telling("heal", .turnLight(.green), "turn the API light green again"),
        telling("lose-server", .loseServer, "cut the link from the gateway to the broker (1100)"),
        telling(
            "restore-server", ["data"], "restore the link to the broker (1101 lost, 1102 kept)",
            example: "{restore-server: gateway, data: lost}",
            read: { reading, fields, _ in
                let fate = reading.word(
                    fields["data"], "fate of the data", among: ["kept", "lost"])
                return .restoreServer(dataLost: fate == "lost")
            },
            write: { command in
                guard case .restoreServer(let isLost) = command else { return nil }
                return [("data", isLost ? "lost" : "kept")]
            }),
        telling(
            "interrupt-server", .interruptServer,
            "break the link to the broker; it comes back by itself (2110)"),
        telling(
            "set-farm", ["farm", "state"], "change the state of one data farm",
            example: "{set-farm: gateway, farm: usfarm, state: broken}", read: readFarm,
            write: { command in
                guard case .setFarm(let farm, let state) = command else { return nil }
                return [("farm", YAMLText.scalar(farm)), ("state", state.rawValue)]
            }),
        telling(
            "change-port", ["port"],
            "listen on another port, and tell clients (1300); 0 takes a free one",
            example: "{change-port: gateway, port: 4003}",
            read: { reading, fields, _ in
                .changePort(reading.integer(fields["port"], in: 0...65_535) ?? 0)
            },
            write: { command in
                if case .changePort(let port) = command { [("port", "\(port)")] } else { nil }
            }),
        telling("authenticate", .authenticate, "complete the login that the gateway waits for"),
        StepWord(
            "signal", ["gateway"], "fire the faults whose trigger is this signal",
            example: "{signal: flood, gateway: gateway}", read: readSignal,
            write: { action in
                guard case .command(let gateway, .signal(let name)) = action else { return nil }
                return [
                    ("signal", YAMLText.scalar(name)), ("gateway", YAMLText.scalar(gateway)),
                ]
            }),
    ]

    private static let readFarm: @Sendable (inout Reading, Fields, String) -> GatewayCommand? = {
        reading, fields, gateway in
        for key in ["farm", "state"] where fields[key] == nil {
            reading.report("'set-farm' needs the key '\(key)'", at: fields.keySpan("set-farm"))
        }
        let farm = reading.word(
            fields["farm"], "farm of gateway '\(gateway)'",
            among: reading.names.farms[gateway] ?? [])
        let state = reading.word(fields["state"], "state of a farm", of: FarmState.self)
        guard let farm, let state else { return nil }
        return .setFarm(farm, state)
    }

    private static let readSignal: @Sendable (inout Reading, Fields) -> Meaning? = {
        reading, fields in
        guard let signal = reading.scalar(fields["signal"], "a signal's name"),
            let gateway = reading.gatewayNameOrOnly(
                fields["gateway"], at: fields.keySpan("signal"))
        else { return nil }
        let known = reading.names.signals[gateway] ?? []
        if !known.contains(signal.text) {
            reading.reportUnknown(
                "no fault of gateway '\(gateway)' waits for the signal '\(signal.text)'",
                signal.text, among: known, called: "Signals", at: signal.span)
        }
        return (.command(gateway: gateway, .signal(signal.text)), nil)
    }
}
