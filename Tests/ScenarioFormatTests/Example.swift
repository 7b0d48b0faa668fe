import ScenarioFormat

/// A scenario that uses every key of the format.
enum Example {
    static let file = "scenarios/example.yaml"

    static let text = #"""
        version: 1
        name: close-wait-starves-fourth-client
        about: Three goodbyes leave three zombies; the fourth client gets no answer until a restart.
        cite: [seed-000]
        tags: [p0]
        seed: 7
        deadline: 60s
        matrix:                       # optional: cross product of axes; a value is a scalar or a map of variables
          client: [ib_insync, ib_async]
          server: [{server: 176}, {server: 163}]
        gateway:                      # short form of gateways: {gateway: {...}}
          listen: 127.0.0.1:0
          server-version: "${server}"
          settings: {tick-interval: 1s, fill-reports: [execution, status]}
          clock: 2026-03-20T09:00:00Z
          world:                      # or the name of a file
            contracts: [{con-id: 7, symbol: ZZZ, price: 5.25, liveliness: 0}]
            accounts: [{name: DU0000009, cash: 1000, positions: [{contract: ZZZ, quantity: 3}]}]
          pathologies:
            - use: leaked-close-wait
              with: {slots: 3}
          faults:
            - name: third-reply-is-late
              when: {message: {type: nextValidId, direction: toClient, fields: {orderId: "1"}}}
              phase: [starting]
              connection: 3
              client-id: 10
              nth: 1
              chance: 0.5
              times: 1               # or unlimited
              after: 0s
              optional: true
              do: [{delay: 500ms}, drop, {replace: {orderId: "7"}}, {slice: {size: 1, gap: 1ms}}, {coalesce: {window: 50ms}},
                   {send: {error: {reqId: -1, errorCode: 1100, errorString: x}}}, {send-bytes: {hex: "00ff"}}, {rst-mid-frame: {kept: 7}},
                   {restart: {down: 10s}}, {restore-server: {data: lost}}, light-red, {note: text}]
            - name: on-signal
              when: {signal: name}
              optional: true
              do: [{note: heard}]
        clients:
          bot:
            python: "${client}"      # name of an environment; omit for any other program
            run: [clients/connect_once.py, --port, "${gateway.port}", --client-id, "10"]
            env: {PYTHONUNBUFFERED: "1"}
        steps:
          - run: bot
            args: [--goodbye, disconnect]       # appended
            expect: {exit: 0, within: 10s, stdout: {contains: [connected, positions 24], lacks: x}, stderr: {contains: '..'}}
          - start: bot
            as: holder
          - wait: {client: holder, output: connected}
            within: 5s
          - wait: {client: holder, exited: true}
          - wait: 2s
          - wait: {gateway: gateway, received: startApi, count: 2}
          - wait: {sockets: gateway, state: CLOSE_WAIT, count: 3}
          - feed: holder
            line: '{"command": "connect"}'
          - feed: holder
            close: true
          - stop: holder              # signal: TERM
          - kill: holder              # unread: true|false
          - restart: gateway          # down: 2s
          - redden: gateway
          - heal: gateway
          - lose-server: gateway
          - restore-server: gateway   # data: kept|lost
          - interrupt-server: gateway
          - set-farm: gateway
            farm: usfarm
            state: broken
          - change-port: gateway
            port: 4003                # 0, the default, takes a free one
          - authenticate: gateway
          - signal: name              # gateway: gateway
          - check: [{gateway: gateway, open: 0}]
        expect:
          - {client: "bot#1", exit: 0, within: 10s}        # exit: 0 | "1..4"; signaled: KILL; running: true
          - {gateway: gateway, received: startApi, count: 3}
          - {gateway: gateway, sent: error, count: ">= 1"}
          - {gateway: gateway, accepted: 4, open: 0, held: 3, light: red, listening: true}
          - {gateway: gateway, fired: {keep-descriptor: 3}}
          - {sockets: gateway, side: gateway, state: CLOSE_WAIT, count: 3, owner: process, within: 2s}
        must-fail: {exit: 5, says: [third-reply-is-late]}
        """#

    static func loaded() throws -> [Scenario] {
        try loadScenarios(text: text, file: file, catalogue: .shipped)
    }
}
