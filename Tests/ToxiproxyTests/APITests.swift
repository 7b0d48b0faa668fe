import HTTPMessages
import Testing

@testable import Toxiproxy

private func error(_ status: Int, _ text: String) -> String {
    "{\"error\":\"\(text)\",\"status\":\(status),\"title\":\"\(text)\"}\n"
}

@Suite struct `Requests of Toxiproxy's API` {
    @Test func `answer with the version as clients parse it`() {
        let answer = Daemon().ask("GET", "/version")
        #expect(answer.body == "{\"version\": \"2.12.0\"}\n")
        #expect(answer.header("Content-Type") == "application/json;charset=utf-8")
        #expect(answer.header("X-Toxiproxy-Request-Id")?.count == 20)
    }

    @Test func `are left to others when the path is not its own`() {
        for path in ["/", "/api/v1/gateways", "/metrics", "/events", "/proxy", "/x/../y"] {
            #expect(Daemon().ask("GET", path).status == 0, "\(path)")
        }
    }

    @Test func `find no path with a slash at its end, and are sent on from an unclean one`() {
        let daemon = Daemon()
        let unknown = daemon.ask("GET", "/proxies/")
        #expect(unknown.status == 404)
        #expect(unknown.body == "404 page not found\n")
        #expect(unknown.header("X-Toxiproxy-Request-Id") == nil)
        for path in ["//proxies", "/./proxies", "/x/../proxies", "/proxies/a/.."] {
            let moved = daemon.ask("DELETE", path)
            #expect(moved.status == 301, "\(path)")
            #expect(["/proxies", "/proxies/"].contains(moved.header("Location") ?? ""), "\(path)")
        }
    }

    @Test func `get 405 without a body for a method that the path does not have`() {
        let daemon = Daemon()
        for (method, path) in [
            ("PUT", "/proxies"), ("HEAD", "/proxies"), ("OPTIONS", "/version"), ("GET", "/reset"),
            ("GET", "/populate"), ("PATCH", "/proxies"), ("PUT", "/proxies/a/toxics/b"),
        ] {
            #expect(daemon.ask(method, path) == Answer(status: 405, body: "", headers: []))
        }
    }

    @Test func `of browsers and of other sites' pages are refused`() {
        let daemon = Daemon()
        func status(_ headers: (String, String)...) -> Int {
            daemon.ask("GET", "/proxies", headers: headers.map { HTTPField($0.0, $0.1) }).status
        }
        #expect(status(("User-Agent", "Mozilla/5.0 (X11)")) == 403)
        #expect(status(("User-Agent", "mozilla/5.0")) == 200)
        #expect(status(("User-Agent", "Wget/2.1")) == 200)
        #expect(status(("Origin", "http://evil.example"), ("Host", "localhost:8474")) == 403)
        #expect(status(("Origin", "http://localhost:8474"), ("Host", "localhost:8474")) == 200)
    }

    @Test(arguments: [
        ("", "EOF"), ("  \n", "EOF"), ("{", "a member's name is missing, at byte 1"),
        ("[]", "this is no object"), ("7", "this is no object"),
        (#"{"name":5}"#, "'name' is no text"), (#"{"enabled":1}"#, "'enabled' is no true or false"),
    ])
    func `that cannot be read say why`(body: String, reason: String) {
        let answer = Daemon().ask("POST", "/proxies", body)
        #expect(answer.body == error(400, "bad request body: \(reason)"))
        #expect(answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
    }

    @Test func `take names in any letter case, null as absent, and the first value only`() {
        let daemon = Daemon()
        let body = #"{"NAME":"p","Upstream":"db:1","listen":null,"enabled":null,"x":1} trailing"#
        let answer = daemon.ask("POST", "/proxies", body)
        #expect(answer.status == 201)
        #expect(
            answer.body
                == #"{"name":"p","listen":"[::]:40001","upstream":"db:1","enabled":true,"toxics":[]}"#
        )
        #expect(
            daemon.ask("POST", "/proxies", "null").body
                == error(400, "missing required field: name"))
    }

    @Test func `have bounds for names, bodies, proxies and toxics`() {
        var limits = ToxiproxyLimits()
        limits.maxTextBytes = 5
        limits.maxProxies = 1
        limits.maxToxics = 1
        let daemon = Daemon(limits: limits)
        func create(_ name: String) -> Int {
            daemon.ask("POST", "/proxies", #"{"name":"\#(name)","upstream":"a:1"}"#).status
        }
        #expect(create("sixsix") == 400)
        #expect(create("fives") == 201)
        #expect(create("more") == 503)
        let toxic = #"{"type":"noop","name":"n"}"#
        #expect(daemon.ask("POST", "/proxies/fives/toxics", toxic).status == 200)
        #expect(
            daemon.ask("POST", "/proxies/fives/toxics", #"{"type":"noop"}"#).status == 503)
    }
}

@Suite struct `Proxies of Toxiproxy's API` {
    @Test func `are made, listed by name and deleted`() {
        let daemon = Daemon()
        daemon.makeProxy("b")
        daemon.ask("POST", "/proxies", #"{"name":"a","upstream":"db:2","enabled":false}"#)
        let b =
            #"{"name":"b","listen":"127.0.0.1:7001","upstream":"db:1","enabled":true,"toxics":[]}"#
        let a = #"{"name":"a","listen":"","upstream":"db:2","enabled":false,"toxics":[]}"#
        #expect(daemon.ask("GET", "/proxies").body == #"{"a":\#(a),"b":\#(b)}"#)
        #expect(daemon.ask("GET", "/proxies/b").body == b)
        #expect(daemon.ask("DELETE", "/proxies/b").status == 204)
        #expect(daemon.ask("DELETE", "/proxies/b").body == error(404, "proxy not found"))
        #expect(daemon.hosting.taken.isEmpty)
    }

    @Test func `are refused when the name or the port is taken, and leave nothing behind`() {
        let daemon = Daemon()
        daemon.makeProxy()
        let again = #"{"name":"p","listen":"localhost:7002","upstream":"db:1"}"#
        #expect(daemon.ask("POST", "/proxies", again).body == error(409, "proxy already exists"))
        #expect(daemon.hosting.taken == ["7001"])
        let other = #"{"name":"q","listen":"localhost:7001","upstream":"db:1"}"#
        #expect(
            daemon.ask("POST", "/proxies", other).body
                == error(500, "listen tcp 127.0.0.1:7001: bind: address already in use"))
        #expect(daemon.ask("GET", "/proxies/q").status == 404)
    }

    @Test func `with a slash or dots in their name are reached by an escaped path`() {
        let daemon = Daemon()
        daemon.ask("POST", "/proxies", #"{"name":"a/b","upstream":"db:1"}"#)
        daemon.ask("POST", "/proxies", #"{"name":"..","upstream":"db:1"}"#)
        daemon.ask("POST", "/proxies", #"{"name":"db:1 ü","upstream":"db:1"}"#)
        for path in ["/proxies/a%2Fb", "/proxies/%2E%2E", "/proxies/db:1%20%C3%BC"] {
            #expect(daemon.ask("DELETE", path).status == 204, "\(path)")
        }
    }

    @Test(arguments: ["POST", "PATCH"])
    func `stay open when an update means the same`(method: String) {
        let daemon = Daemon()
        daemon.makeProxy()
        for body in [
            "{}", "null", #"{"listen":"localhost:7001"}"#, #"{"listen":"127.0.0.1:7001"}"#,
            #"{"name":"other","enabled":null,"toxics":null}"#, #"{"upstream":"db:1"}"#,
            #"{"enabled":true}"#,
        ] {
            #expect(daemon.ask(method, "/proxies/p", body).status == 200, "\(body)")
        }
        #expect(daemon.hosting.opened.count == 1)
        #expect(!daemon.hosting.opened[0].isClosed)
    }

    @Test func `on every interface stay open however that is written`() {
        let daemon = Daemon()
        daemon.ask("POST", "/proxies", #"{"name":"p","listen":":7001","upstream":"db:1"}"#)
        for listen in [":7001", "0.0.0.0:7001", "[::]:7001"] {
            daemon.ask("POST", "/proxies/p", #"{"listen":"\#(listen)"}"#)
            daemon.ask(
                "POST", "/populate", #"[{"name":"p","listen":"\#(listen)","upstream":"db:1"}]"#)
        }
        #expect(daemon.hosting.opened.count == 1)
    }

    @Test func `restart with their toxics when an update differs`() {
        let daemon = Daemon()
        daemon.makeProxy()
        daemon.ask("POST", "/proxies/p/toxics", #"{"type":"noop"}"#)
        daemon.ask("PATCH", "/proxies/p", #"{"upstream":"db:2"}"#)
        daemon.ask("PATCH", "/proxies/p", #"{"listen":"127.0.0.1:0"}"#)
        #expect(daemon.hosting.opened.map(\.isClosed) == [true, true, false])
        #expect(
            daemon.hosting.opened.map(\.listen) == [
                "127.0.0.1:7001", "127.0.0.1:7001", "127.0.0.1:40001",
            ])
        #expect(daemon.hosting.opened[2].upstream == "db:2")
        #expect(daemon.hosting.opened[2].toxics.map(\.name) == ["noop_downstream"])
    }

    @Test func `stay as they were when an update fails`() {
        let daemon = Daemon()
        daemon.makeProxy()
        let before = daemon.ask("GET", "/proxies/p").body
        daemon.hosting.taken.insert("7002")
        for body in [
            #"{"listen":"localhost:7002","upstream":"db:9"}"#, #"{"listen":"local373"}"#,
            #"{"upstream":""}"#, #"{"enabled":"yes"}"#,
        ] {
            #expect(daemon.ask("POST", "/proxies/p", body).status >= 400)
            #expect(daemon.ask("GET", "/proxies/p").body == before)
        }
        #expect(!daemon.hosting.opened[0].isClosed)
    }

    @Test func `are disabled and enabled on the port that they had`() {
        let daemon = Daemon()
        daemon.ask("POST", "/proxies", #"{"name":"p","listen":"127.0.0.1:0","upstream":"db:1"}"#)
        for _ in 0..<3 { daemon.ask("POST", "/proxies/p", #"{"enabled":false}"#) }
        #expect(daemon.hosting.opened[0].isClosed)
        daemon.hosting.taken.insert("40001")
        #expect(daemon.ask("POST", "/proxies/p", #"{"enabled":true}"#).status == 500)
        daemon.hosting.taken.remove("40001")
        #expect(daemon.ask("POST", "/proxies/p", #"{"enabled":true}"#).status == 200)
        #expect(daemon.hosting.opened.last?.listen == "127.0.0.1:40001")
    }

    @Test func `are reset all, although one cannot be opened`() {
        let daemon = Daemon()
        for (name, port) in [("a", 7001), ("b", 7002), ("c", 7003)] {
            daemon.ask(
                "POST", "/proxies",
                #"{"name":"\#(name)","listen":"127.0.0.1:\#(port)","upstream":"db:1"}"#)
            daemon.ask("POST", "/proxies/\(name)/toxics", #"{"type":"noop"}"#)
        }
        for name in ["a", "c"] { daemon.ask("POST", "/proxies/\(name)", #"{"enabled":false}"#) }
        daemon.hosting.taken.insert("7001")
        #expect(daemon.ask("POST", "/reset").status == 500)
        let list = daemon.ask("GET", "/proxies").body
        #expect(!list.contains("noop"))
        #expect(list.contains(#"127.0.0.1:7003","upstream":"db:1","enabled":true"#))
        #expect(daemon.hosting.opened[1].toxics.isEmpty)
    }
}

@Suite struct `Populating Toxiproxy's API` {
    @Test func `adds what is new, keeps what is equal and replaces what differs`() {
        let daemon = Daemon()
        daemon.makeProxy()
        daemon.ask("POST", "/proxies/p/toxics", #"{"type":"noop"}"#)
        let body = #"""
            [{"name":"q","listen":"127.0.0.1:0","upstream":"db:2","enabled":false},
             {"name":"p","listen":"localhost:7001","upstream":"db:1","enabled":false}]
            """#
        let answer = daemon.ask("POST", "/populate", body)
        #expect(answer.status == 201)
        #expect(answer.body.hasPrefix(#"{"proxies":[{"name":"q","listen":"127.0.0.1:0""#))
        #expect(answer.body.contains("noop_downstream"))
        #expect(!daemon.hosting.opened[0].isClosed)
        daemon.ask(
            "POST", "/populate", #"[{"name":"p","listen":"localhost:7001","upstream":"db:3"}]"#)
        #expect(daemon.hosting.opened.map(\.isClosed) == [true, false])
        #expect(daemon.hosting.opened[1].toxics.isEmpty)
    }

    @Test func `keeps a proxy whose port was left open when that is said again`() {
        let daemon = Daemon()
        let body = #"[{"name":"p","listen":"127.0.0.1:0","upstream":"db:1"}]"#
        #expect(
            daemon.ask("POST", "/populate", body).body == daemon.ask("POST", "/populate", body).body
        )
        #expect(daemon.hosting.opened.count == 1)
    }

    @Test func `answers with a list although it is empty`() {
        for body in ["[]", "null"] {
            let answer = Daemon().ask("POST", "/populate", body)
            #expect(answer.status == 201)
            #expect(answer.body == #"{"proxies":[]}"#)
        }
    }

    @Test func `changes nothing when a field is missing anywhere`() {
        let daemon = Daemon()
        let answer = daemon.ask(
            "POST", "/populate", #"[{"name":"a","upstream":"b:1"},{"name":"","upstream":"b:1"}]"#)
        #expect(answer.body == error(400, "missing required field: name at proxy 2"))
        #expect(daemon.ask("GET", "/proxies").body == "{}")
    }

    @Test func `tells what it has made before the first failure`() {
        let daemon = Daemon()
        let body = #"""
            [{"name":"a","listen":"127.0.0.1:7001","upstream":"x:1"},
             {"name":"b","listen":"local373","upstream":"x:1"},
             {"name":"c","listen":"127.0.0.1:7003","upstream":"x:1"}]
            """#
        let answer = daemon.ask("POST", "/populate", body)
        #expect(answer.status == 500)
        #expect(answer.header("Content-Type") == "application/json")
        #expect(
            answer.body
                == #"{"error":"listen tcp: address local373: missing port in address","status":500,"#
                + #""proxies":[{"name":"a","listen":"127.0.0.1:7001","upstream":"x:1","enabled":true,"#
                + #""toxics":[]}]}"#)
        #expect(daemon.ask("GET", "/proxies/c").status == 404)
    }

    @Test func `leaves an old proxy as it was when its replacement cannot be opened`() {
        let daemon = Daemon()
        daemon.makeProxy()
        let before = daemon.ask("GET", "/proxies/p").body
        let body = #"[{"name":"p","listen":"local373","upstream":"db:9"}]"#
        #expect(daemon.ask("POST", "/populate", body).status == 500)
        #expect(daemon.ask("GET", "/proxies/p").body == before)
    }
}

@Suite struct `Toxics of Toxiproxy's API` {
    private let daemon = Daemon()

    init() { daemon.makeProxy() }

    private func create(_ body: String) -> Answer { daemon.ask("POST", "/proxies/p/toxics", body) }

    @Test func `are made with every attribute and their defaults`() {
        let answer = create(
            #"{"type":"latency","attributes":{"jitter":5,"other":1},"toxicity":0.2}"#)
        #expect(answer.status == 200)
        #expect(
            answer.body
                == #"{"attributes":{"latency":0,"jitter":5},"name":"latency_downstream","#
                + #""type":"latency","stream":"downstream","toxicity":0.2}"#)
        #expect(daemon.hosting.opened[0].toxics.map(\.name) == ["latency_downstream"])
        #expect(
            create(#"{"type":"noop","attributes":null,"stream":"UpStream","toxicity":null}"#).body
                == #"{"attributes":{},"name":"noop_upstream","type":"noop","stream":"upstream","toxicity":1}"#
        )
        #expect(
            daemon.ask("GET", "/proxies/p/toxics").body.hasPrefix(
                #"[{"attributes":{},"name":"noop_upstream""#))
    }

    @Test func `show extensions only where they are set`() {
        let answer = create(#"{"type":"cut","attributes":{"bytes":3,"after_messages":2}}"#)
        #expect(answer.body.hasPrefix(#"{"attributes":{"bytes":3,"after_messages":2},"#))
    }

    @Test(arguments: [
        (#"{"type":"down"}"#, "invalid toxic type"), (#"{"type":"Latency"}"#, "invalid toxic type"),
        (#"{"type":"x","stream":"y"}"#, "stream was invalid, can be either upstream or downstream"),
        (
            #"{"type":"noop","stream":""}"#,
            "stream was invalid, can be either upstream or downstream"
        ),
    ])
    func `are refused with the words that clients know`(body: String, text: String) {
        #expect(create(body).body == error(400, text))
    }

    @Test(arguments: [
        #"{"type":"latency","attributes":{"latency":100.0}}"#,
        #"{"type":"latency","attributes":{"latency":1e2}}"#,
        #"{"type":"latency","attributes":{"latency":"100"}}"#,
        #"{"type":"latency","attributes":{"latency":-1}}"#,
        #"{"type":"latency","attributes":{"jitter":4611686018427387904}}"#,
        #"{"type":"latency","attributes":[]}"#,
        #"{"type":"bandwidth","attributes":{"rate":-1}}"#,
        #"{"type":"bandwidth","attributes":{"rate":9223372036854775807}}"#,
        #"{"type":"slicer"}"#,
        #"{"type":"slicer","attributes":{"average_size":1,"size_variation":2}}"#,
        #"{"type":"noop","toxicity":"1"}"#, #"{"type":"noop","toxicity":1e39}"#,
        #"{"type":"noop","name":7}"#,
    ])
    func `are refused with values that nothing can act on`(body: String) {
        #expect(create(body).status == 400)
        #expect(daemon.ask("GET", "/proxies/p/toxics").body == "[]")
    }

    @Test func `have names of their own over both streams`() {
        #expect(create(#"{"type":"noop","name":"n"}"#).status == 200)
        let answer = create(#"{"type":"latency","name":"n","stream":"upstream"}"#)
        #expect(answer.body == error(409, "toxic already exists"))
        #expect(create(#"{"type":"noop","stream":"upstream"}"#).status == 200)
        #expect(create(#"{"type":"noop","stream":"downstream"}"#).status == 200)
    }

    @Test func `merge an update, or keep everything when it cannot be read`() {
        _ = create(#"{"type":"latency","name":"n","attributes":{"latency":100,"jitter":10}}"#)
        func update(_ body: String) -> Answer { daemon.ask("PATCH", "/proxies/p/toxics/n", body) }
        _ = update(#"{"attributes":{"latency":1000},"toxicity":0.5}"#)
        let answer = update(#"{"attributes":{"latency":500},"name":"x","type":"noop"}"#)
        let expected =
            #"{"attributes":{"latency":500,"jitter":10},"name":"n","type":"latency","#
            + #""stream":"downstream","toxicity":0.5}"#
        #expect(answer.body == expected)
        #expect(update(#"{"attributes":{"latency":1,"jitter":"x"}}"#).status == 400)
        #expect(update(#"{"toxicity":0.1,"attributes":{"latency":-1}}"#).status == 400)
        #expect(daemon.ask("GET", "/proxies/p/toxics/n").body == expected)
        #expect(daemon.hosting.opened[0].toxics[0].attributes["latency"] == 500)
    }

    @Test func `are not found by another name, or once they are deleted`() {
        _ = create(#"{"type":"noop","name":"n"}"#)
        #expect(daemon.ask("DELETE", "/proxies/p/toxics/n").status == 204)
        for method in ["GET", "PATCH", "POST", "DELETE"] {
            #expect(
                daemon.ask(method, "/proxies/p/toxics/n", "not JSON").body
                    == error(404, "toxic not found"))
            #expect(
                daemon.ask(method, "/proxies/q/toxics/n", "not JSON").body
                    == error(404, "proxy not found"))
        }
    }
}

@Suite struct `Metrics of Toxiproxy's API` {
    @Test func `count live, and outlive their proxy`() {
        let daemon = Daemon()
        #expect(daemon.metrics.isEmpty)
        daemon.makeProxy(#"a\"b"#)
        daemon.hosting.opened[0].traffic[.upstream].receivedBytes = 5
        let line =
            #"toxiproxy_proxy_received_bytes_total{direction="upstream",listener="127.0.0.1:7001","#
            + #"proxy="a\"b",upstream="db:1"} "#
        #expect(daemon.metrics.contains(line + "5"))
        daemon.ask("DELETE", "/proxies/a%22b")
        #expect(daemon.metrics.contains(line + "5"))
        daemon.makeProxy(#"a\"b"#)
        daemon.hosting.opened[1].traffic[.upstream].receivedBytes = 2
        #expect(daemon.metrics.contains(line + "7"))
        #expect(daemon.metrics.count == 8)
    }
}
