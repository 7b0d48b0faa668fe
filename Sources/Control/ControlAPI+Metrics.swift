import EventLog
import GatewayMachine
package import HTTPMessages
import Simulation

/// What a scrape gets.
extension ControlAPI {
    package var metrics: HTTPResponse {
        var text = PrometheusText()
        for state in states { add(state, to: &text) }
        text.counter(
            "fakegw_events_total", "Events so far, forgotten ones among them.", [], ring.last)
        text.counter(
            "fakegw_events_omitted_total", "Events that the log did not take.", [],
            host.tally.omittedCount)
        text.histogram(
            "fakegw_loop_turn_seconds",
            "Real time that one turn of the event loop took, and that others waited.", [],
            host.loopTurns)
        host.addMetrics(to: &text)
        return HTTPResponse(type: "text/plain; version=0.0.4; charset=utf-8", text: text.text)
    }

    private func add(_ state: GatewayState, to text: inout PrometheusText) {
        let machine = state.gateway.machine
        let tally = tally(of: state)
        let own = [(name: "gateway", value: state.name)]
        func flag(_ isTrue: Bool) -> String { isTrue ? "1" : "0" }
        text.gauge(
            "fakegw_light_green", "The API light: 1 green, 0 red.", own,
            flag(machine.light == .green))
        text.gauge(
            "fakegw_listening", "Whether the port takes connections.", own,
            flag(machine.isListening))
        text.gauge(
            "fakegw_server_connected", "Whether the gateway has its broker.", own,
            flag(!machine.serverIsLost))
        text.gauge("fakegw_connections_open", "Connections open now.", own, "\(tally.openCount)")
        text.gauge(
            "fakegw_sockets_held", "Descriptors kept after their client's end.", own,
            "\(tally.heldCount)")
        text.counter(
            "fakegw_connections_accepted_total", "Connections accepted.", own, tally.acceptedCount)
        for (direction, counts) in [("toGateway", tally.received), ("toClient", tally.sent)] {
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) {
                text.counter(
                    "fakegw_messages_total", "Messages by direction and name.",
                    own + [("direction", direction), ("name", name)], count)
            }
        }
        for (rule, count) in tally.fired.sorted(by: { $0.key < $1.key }) {
            text.counter(
                "fakegw_faults_total", "Actions of faults that were carried out, by rule.",
                own + [("rule", rule)], count)
        }
        let latencies = latencies.histograms[state.name] ?? [:]
        for (request, histogram) in latencies.sorted(by: { $0.key < $1.key }) {
            text.histogram(
                "fakegw_request_seconds",
                "Gateway time from a request to its first answer.", own + [("request", request)],
                histogram)
        }
    }
}
