package import HTTPMessages

/// What is counted by itself: a proxy with its name, at its addresses.
struct TrafficSeries: Hashable {
    let proxy: String
    let listener: String
    let upstream: String
}

/// Metrics in Prometheus' text form.
extension ToxiproxyAPI {
    /// Adds the counters that Toxiproxy has, as they are now; none while there is no proxy.
    ///
    /// A proxy that is closed keeps its counters.
    package func addMetrics(to text: inout PrometheusText) {
        var totals = past
        for proxy in proxies.values {
            guard let open = proxy.open else { continue }
            totals[Self.series(of: proxy), default: ProxyTraffic()] += open.traffic
        }
        let series = totals.sorted {
            Self.order($0.key).lexicographicallyPrecedes(Self.order($1.key))
        }
        Self.add("received", series, to: &text) { $0.receivedBytes }
        Self.add("sent", series, to: &text) { $0.sentBytes }
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

    private static func add(
        _ word: String, _ series: [(key: TrafficSeries, value: ProxyTraffic)],
        to text: inout PrometheusText, _ count: (ProxyTraffic.Direction) -> Int
    ) {
        for (key, traffic) in series {
            for stream in ToxicStream.allCases {
                text.counter(
                    "toxiproxy_proxy_\(word)_bytes_total", "",
                    [
                        ("direction", stream.rawValue), ("listener", key.listener),
                        ("proxy", key.proxy), ("upstream", key.upstream),
                    ], count(traffic[stream]))
            }
        }
    }
}
