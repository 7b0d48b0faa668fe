import Control
import Foundation
import HTTPMessages
import Simulation
import TestSupport
import Testing

@Suite("Metrics") struct MetricsTests {
    private func scrape() -> String {
        let stage = ControlStage()
        stage.ask("POST", "/gateways/_/pathologies", "{use: red-on-disconnect}")
        var client = stage.startedClient()
        client.request("reqCurrentTime", &stage.host)
        client.request(
            "reqContractDetails",
            [
                "reqId": "5", "contract.symbol": "AAPL", "contract.secType": "STK",
                "contract.exchange": "SMART", "contract.currency": "USD",
            ], &stage.host)
        stage.host.advance(by: .seconds(2))
        stage.host.end(client.connection, .fin)
        stage.takeLog()
        stage.loopTurns.take(.milliseconds(3))
        let request = HTTPRequest("GET", "/metrics")
        guard case .whole(let answer)? = stage.api.reply(to: request) else { return "" }
        return answer.text
    }

    @Test func `tell what has happened`() {
        let text = scrape()
        for line in [
            #"fakegw_light_green{gateway="gateway"} 0"#,
            #"fakegw_connections_accepted_total{gateway="gateway"} 1"#,
            #"fakegw_messages_total{gateway="gateway",direction="toGateway",name="startApi"} 1"#,
            #"fakegw_request_seconds_count{gateway="gateway",request="reqContractDetails"} 1"#,
            #"fakegw_loop_turn_seconds_bucket{le="0.0025"} 0"#,
            #"fakegw_loop_turn_seconds_bucket{le="0.005"} 1"#,
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
        #expect(text.contains(#"fakegw_faults_total{gateway="gateway",rule="red-on-disconnect/"#))
    }

    /// Help and type stand once before a metric's samples, which stand together; buckets grow.
    @Test func `keep to the rules of the text form`() throws {
        var types: [String: String] = [:]
        var finished: Set<String> = []
        var current = ""
        var lastBucket = 0
        for line in scrape().split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# TYPE ") {
                types[String(words[2])] = String(words[3])
                #expect(finished.insert(current).inserted || current.isEmpty)
                current = String(words[2])
                #expect(!finished.contains(current))
                continue
            }
            if line.hasPrefix("# HELP ") { continue }
            let name = String(line.prefix { $0 != "{" && $0 != " " })
            let base =
                types[current] == "histogram"
                ? ["_bucket", "_sum", "_count"].reduce(name) {
                    $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
                } : name
            #expect(base == current)
            let value = try #require(line.split(separator: " ").last.flatMap { Double($0) })
            #expect(value >= 0)
            if types[current] == "counter" { #expect(name.hasSuffix("_total")) }
            guard name.hasSuffix("_bucket") else { continue }
            if line.contains("le=\"0.0001\"") { lastBucket = 0 }
            #expect(Int(value) >= lastBucket)
            lastBucket = Int(value)
        }
        #expect(types.count >= 10)
    }

    @Test func `are the ones that the dashboard shows`() throws {
        let file = #filePath
        let root = file.components(separatedBy: "/Tests/")[0]
        let dashboard = try String(
            contentsOfFile: root + "/docs/metrics/grafana.json", encoding: .utf8)
        let known = Set(
            scrape().split(separator: "\n").filter { !$0.hasPrefix("#") }
                .map { String($0.prefix { $0 != "{" && $0 != " " }) })
        let shown = dashboard.matches(of: /fakegw_[a-z_]+/).map { String($0.output) }
        #expect(shown.count >= 8)
        for name in shown { #expect(known.contains(name), "\(name)") }
    }
}
