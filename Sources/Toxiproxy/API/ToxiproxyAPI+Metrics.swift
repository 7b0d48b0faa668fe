/// What is counted by itself: a proxy with its name, at its addresses.
struct TrafficSeries: Hashable {
    let proxy: String
    let listener: String
    let upstream: String
}

/// Metrics in Prometheus' text form.
extension ToxiproxyAPI {
    /// Lines of the counters that Toxiproxy has, as they are now; none while there is no proxy.
    ///
    /// A proxy that is closed keeps its counters.
    package var metrics: [String] {
        var totals = past
        for proxy in proxies.values {
            guard let open = proxy.open else { continue }
            totals[Self.series(of: proxy), default: ProxyTraffic()] += open.traffic
        }
        let series = totals.sorted {
            Self.order($0.key).lexicographicallyPrecedes(Self.order($1.key))
        }
        guard !series.isEmpty else { return [] }
        return Self.counter("received", series) { $0.receivedBytes }
            + Self.counter("sent", series) { $0.sentBytes }
    }

    func keepTraffic(of proxy: ProxyRecord, _ open: any OpenProxy) {
        let series = Self.series(of: proxy)
        guard past[series] != nil || past.count < limits.maxPastSeries else { return }
        past[series, default: ProxyTraffic()] += open.traffic
    }

    private static func series(of proxy: ProxyRecord) -> TrafficSeries {
        TrafficSeries(proxy: proxy.name, listener: proxy.listen, upstream: proxy.upstream)
    }

    private static func order(_ series: TrafficSeries) -> [String] {
        [series.proxy, series.listener, series.upstream]
    }

    private static func counter(
        _ word: String, _ series: [(key: TrafficSeries, value: ProxyTraffic)],
        _ count: (ProxyTraffic.Direction) -> Int
    ) -> [String] {
        let name = "toxiproxy_proxy_\(word)_bytes_total"
        var lines = ["# HELP \(name) ", "# TYPE \(name) counter"]
        for (key, traffic) in series {
            for stream in ToxicStream.allCases {
                let labels = [
                    ("direction", stream.rawValue), ("listener", key.listener),
                    ("proxy", key.proxy), ("upstream", key.upstream),
                ].map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
                lines.append("\(name){\(labels)} \(count(traffic[stream]))")
            }
        }
        return lines
    }

    private static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.append(character)
            }
        }
    }
}
