"""Checks of the HTTP API: requests, proxies, populate, toxics and metrics."""

import json
import re

from check import collect
from daemon import Echo, accepts, free_port, pair, read

CHECKS = []
check = collect(CHECKS)


def listen_at(port):
    return f"127.0.0.1:{port}"


def made(daemon, **fields):
    """Makes a proxy and deletes it; returns what was shown of it."""
    name = daemon.name()
    shown = daemon.want(201, "POST", "/proxies", {"name": name, "upstream": "db:1", **fields}).json
    daemon.want(204, "DELETE", f"/proxies/{name}")
    return shown


# HTTP

@check(1, "`GET /version` has the header `X-Toxiproxy-Request-Id`")
def _(daemon):
    answer = daemon.ask("GET", "/version", agent="curl/8.0")
    assert re.fullmatch("[0-9a-v]{20}", answer.headers["X-Toxiproxy-Request-Id"])


@check(2, "a User-Agent of a browser is refused with 403")
def _(daemon):
    answer = daemon.ask("GET", "/proxies", agent="Mozilla/5.0 (X11; Linux)")
    assert (answer.status, answer.body) == (403, "User agent not allowed\n")


@check(3, "another User-Agent is not refused")
def _(daemon):
    assert daemon.ask("GET", "/proxies", agent="Wget/2.1").status == 200


@check(4, "`/version` answers `{\"version\": \"git\"}` or a release, and a line feed",
       "same, with the release 2.12.0")
def _(daemon):
    assert daemon.ask("GET", "/version").body == '{"version": "2.12.0"}\n'


@check(5, "without proxies the list is `{}`")
def _(daemon):
    assert daemon.want(200, "GET", "/proxies").body == "{}"


@check(6, "`/proxies/` is 404, `//proxies` a redirection")
def _(daemon):
    assert daemon.want(404, "GET", "/proxies/").body == "404 page not found\n"
    answer = daemon.ask("GET", "//proxies")
    assert (answer.status, answer.headers["Location"]) == (301, "/proxies")


@check(7, "PUT, HEAD and OPTIONS are 405 without a body")
def _(daemon):
    for method in ["PUT", "HEAD", "OPTIONS"]:
        assert daemon.want(405, method, "/proxies").body == ""


@check(8, "the status stands in every error's body too")
def _(daemon):
    daemon.refuse(404, "proxy not found", "GET", "/proxies/none")
    daemon.refuse(400, "bad request body: ", "POST", "/proxies", "{")
    answer = daemon.want(404, "GET", "/proxies/none")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


# Creation

@check(9, "an empty name is 400 `missing required field: name`")
def _(daemon):
    daemon.refuse(400, "missing required field: name", "POST", "/proxies",
                  {"name": "", "upstream": "a:1"})


@check(10, "an empty upstream is 400 `missing required field: upstream`")
def _(daemon):
    daemon.refuse(400, "missing required field: upstream", "POST", "/proxies",
                  {"name": "p", "upstream": ""})


@check(11, "`listen` is shown as the socket's address, `upstream` as it was given")
def _(daemon):
    port = free_port()
    shown = made(daemon, listen=f"localhost:{port}", upstream="some.where:7")
    assert shown["listen"] == listen_at(port) and shown["upstream"] == "some.where:7"
    assert shown["enabled"] is True and shown["toxics"] == []


@check(12, "a proxy is listed by its name")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert daemon.want(200, "GET", "/proxies").json[proxy.name] == proxy.shown


@check(13, "a proxy made with `enabled: false` does not listen, and its address is not resolved")
def _(daemon):
    port = free_port()
    with daemon.proxy(1, listen=f"localhost:{port}", enabled=False) as proxy:
        assert proxy.shown["listen"] == f"localhost:{port}" and not accepts(port)


@check(14, "a port that is taken is 500, and works once its holder is deleted")
def _(daemon):
    with daemon.proxy(1) as holder:
        body = {"name": daemon.name(), "listen": holder.listen, "upstream": "a:1"}
        text = f"listen tcp {holder.listen}: bind: address already in use"
        daemon.refuse(500, text, "POST", "/proxies", body)
    daemon.want(201, "POST", "/proxies", body)
    daemon.want(204, "DELETE", f"/proxies/{body['name']}")


@check(15, "a name that is taken is 409, and takes no port")
def _(daemon):
    port = free_port()
    with daemon.proxy(1) as proxy:
        body = {"name": proxy.name, "listen": listen_at(port), "upstream": "a:1"}
        daemon.refuse(409, "proxy already exists", "POST", "/proxies", body)
        assert not accepts(port)
    made(daemon, listen=listen_at(port))


@check(16, "a deleted proxy refuses connections; deleting it again is 404")
def _(daemon):
    with daemon.proxy(1) as proxy:
        daemon.want(204, "DELETE", proxy.path)
        assert not accepts(proxy.port)
        daemon.refuse(404, "proxy not found", "DELETE", proxy.path)


@check(17, "port 0 becomes a real port")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert proxy.port > 0 and accepts(proxy.port)


@check(18, "null of `listen` and `enabled` is as good as nothing")
def _(daemon):
    shown = made(daemon, listen=None, enabled=None)
    assert re.fullmatch(r"(\[::\]|0\.0\.0\.0):\d+", shown["listen"]) and shown["enabled"]


@check(19, "a malformed or empty body is 400 `bad request body: …`")
def _(daemon):
    daemon.refuse(400, "bad request body: EOF", "POST", "/proxies", "")
    daemon.refuse(400, "bad request body: ", "POST", "/proxies", '{"name"')


# Updates

@check(20, "`enabled` opens and closes the port")
def _(daemon):
    with daemon.proxy(1, enabled=False) as proxy:
        proxy.listen = proxy.update(enabled=True)["listen"]
        assert accepts(proxy.port)
        proxy.update(enabled=False)
        assert not accepts(proxy.port)


@check(21, "an update to port 0 takes another port")
def _(daemon):
    with daemon.proxy(1) as proxy:
        shown = proxy.update(listen="127.0.0.1:0")
        assert shown["listen"] not in (proxy.listen, "127.0.0.1:0")
        assert accepts(int(shown["listen"].rsplit(":", 1)[1])) and not accepts(proxy.port)


@check(22, "an update to the same address leaves the proxy up")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert proxy.update(listen=proxy.listen)["enabled"] and accepts(proxy.port)


@check(23, "a connection survives an update to the same address by another name",
       "same, also for `:PORT` and `0.0.0.0:PORT`, which restart Toxiproxy's")
def _(daemon):
    with pair(daemon, server=Echo()) as (proxy, client, _):
        proxy.update(listen=f"localhost:{proxy.port}")
        client.sendall(b"still")
        assert read(client, 5) == b"still"
    with Echo() as server, daemon.proxy(server.port, listen=":0") as proxy:
        with proxy.connect() as client:
            proxy.update(listen=f":{proxy.port}")
            proxy.update(listen=f"0.0.0.0:{proxy.port}")
            client.sendall(b"still")
            assert read(client, 5) == b"still"


@check(24, "a start on a taken port fails, and succeeds once it is free; the proxy is left disabled "
       "with the new address", "a failed update changes nothing")
def _(daemon):
    with daemon.proxy(1) as holder, daemon.proxy(1) as proxy:
        before = proxy.shown
        daemon.refuse(500, "listen tcp ", "POST", proxy.path, {"listen": holder.listen})
        assert proxy.shown == before and accepts(proxy.port)
        daemon.want(204, "DELETE", holder.path)
        assert proxy.update(listen=holder.listen)["listen"] == holder.listen


@check(25, "disabling three times does no harm")
def _(daemon):
    with daemon.proxy(1) as proxy:
        for _ in range(3):
            assert not proxy.update(enabled=False)["enabled"]


@check(26, "PATCH and POST do the same; a name is ignored; `{}` changes nothing")
def _(daemon):
    with daemon.proxy(1) as proxy:
        before = proxy.shown
        for method in ["POST", "PATCH"]:
            for body in [{}, {"name": "other"}]:
                assert daemon.want(200, method, proxy.path, body).json == before


@check(27, "a changed upstream ends the connections and keeps the toxics")
def _(daemon):
    with pair(daemon, {"type": "noop"}) as (proxy, client, _):
        shown = proxy.update(upstream="127.0.0.1:1")
        assert [toxic["name"] for toxic in shown["toxics"]] == ["noop_downstream"]
        assert client.recv(1) == b""


# Populate

def populate(daemon, *entries):
    return daemon.ask("POST", "/populate", list(entries))


def entry(daemon, **fields):
    return {"name": daemon.name(), "listen": "127.0.0.1:0", "upstream": "127.0.0.1:1", **fields}


def forget(daemon, *entries):
    for one in entries:
        daemon.ask("DELETE", f"/proxies/{one['name']}")


@check(28, "populate makes proxies and answers 201, in order")
def _(daemon):
    entries = [entry(daemon), entry(daemon)]
    answer = populate(daemon, *reversed(entries))
    shown = answer.json["proxies"]
    assert answer.status == 201
    assert [one["name"] for one in shown] == [one["name"] for one in reversed(entries)]
    assert all(accepts(int(one["listen"].rsplit(":", 1)[1])) for one in shown)
    forget(daemon, *entries)


@check(29, "a populated proxy is enabled unless it says otherwise")
def _(daemon):
    one = entry(daemon)
    assert populate(daemon, one).json["proxies"][0]["enabled"]
    forget(daemon, one)


@check(30, "a populated proxy can be disabled")
def _(daemon):
    off, on = entry(daemon, listen=listen_at(free_port()), enabled=False), entry(daemon)
    shown = populate(daemon, off, on).json["proxies"]
    assert [one["enabled"] for one in shown] == [False, True]
    assert not accepts(int(off["listen"].rsplit(":", 1)[1]))
    forget(daemon, off, on)


@check(31, "populate keeps an equal proxy with its toxics, and replaces one that differs",
       "same, and an entry with port 0 that is repeated is equal")
def _(daemon):
    port = free_port()
    same, other = entry(daemon, listen=listen_at(port)), entry(daemon)
    populate(daemon, same, other)
    for one in (same, other):
        daemon.want(200, "POST", f"/proxies/{one['name']}/toxics", {"type": "noop"})
    again = {**same, "listen": f"localhost:{port}"}
    shown = populate(daemon, again, other).json["proxies"]
    assert [len(one["toxics"]) for one in shown] == [1, 1]
    assert shown[0]["listen"] == listen_at(port)
    shown = populate(daemon, {**other, "upstream": "127.0.0.1:2"}).json["proxies"]
    assert shown[0]["toxics"] == []
    forget(daemon, same, other)


@check(32, "a missing field anywhere is 400, and nothing is made")
def _(daemon):
    one = entry(daemon)
    daemon.refuse(400, "missing required field: name at proxy 2", "POST", "/populate",
                  [one, {"name": "", "upstream": "a:1"}])
    daemon.refuse(404, "proxy not found", "GET", f"/proxies/{one['name']}")


def populate_badly(daemon):
    entries = [entry(daemon), entry(daemon, listen="local373"), entry(daemon)]
    return entries, populate(daemon, *entries)


@check(33, "populate stops at the first failure; what was made before stays")
def _(daemon):
    entries, answer = populate_badly(daemon)
    assert answer.status == 500
    statuses = [daemon.ask("GET", f"/proxies/{one['name']}").status for one in entries]
    assert statuses == [200, 404, 404]
    forget(daemon, *entries)


@check(34, "that answer lists what was made")
def _(daemon):
    entries, answer = populate_badly(daemon)
    assert [one["name"] for one in answer.json["proxies"]] == [entries[0]["name"]]
    assert answer.json["error"].endswith("address local373: missing port in address")
    forget(daemon, *entries)


@check(35, "a populated proxy takes toxics")
def _(daemon):
    one = entry(daemon)
    populate(daemon, one)
    daemon.want(200, "POST", f"/proxies/{one['name']}/toxics", {"type": "noop"})
    forget(daemon, one)


@check(36, "an equal entry does not change `enabled`")
def _(daemon):
    one = entry(daemon, listen=listen_at(free_port()))
    populate(daemon, one)
    assert populate(daemon, {**one, "enabled": False}).json["proxies"][0]["enabled"]
    forget(daemon, one)


@check(37, "proxies that are not listed stay; an empty list is answered with `null`",
       "same, but an empty list with `[]`")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert populate(daemon).body == '{"proxies":[]}'
        assert accepts(proxy.port)


# Toxics

def toxic(proxy, status=200, **body):
    return proxy.daemon.want(status, "POST", f"{proxy.path}/toxics", body).json


@check(38, "without toxics the list is `[]`")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert daemon.want(200, "GET", f"{proxy.path}/toxics").body == "[]"


@check(39, "a toxic is shown with its name and attributes")
def _(daemon):
    with daemon.proxy(1) as proxy:
        shown = toxic(proxy, name="slow", type="latency",
                      attributes={"latency": 100, "jitter": 10})
        assert shown == {"name": "slow", "type": "latency", "stream": "downstream",
                         "toxicity": 1, "attributes": {"latency": 100, "jitter": 10}}
        assert proxy.shown["toxics"] == [shown]


@check(40, "two toxics of a type have two names, and attributes are 0 unless they are set")
def _(daemon):
    with daemon.proxy(1) as proxy:
        for name in ["one", "two"]:
            shown = toxic(proxy, name=name, type="bandwidth", stream="upstream")
            assert shown["attributes"] == {"rate": 0}
        assert [one["stream"] for one in proxy.shown["toxics"]] == ["upstream"] * 2


@check(41, "the name of another toxic is 409")
def _(daemon):
    with daemon.proxy(1) as proxy:
        shown = toxic(proxy, name="one", type="noop")
        assert toxic(proxy, 409, name="one", type="latency")["error"] == "toxic already exists"
        assert proxy.shown["toxics"] == [shown]


@check(42, "also on the other stream")
def _(daemon):
    with daemon.proxy(1) as proxy:
        toxic(proxy, name="one", type="noop")
        toxic(proxy, 409, name="one", type="noop", stream="upstream")


@check(43, "default names on both streams differ")
def _(daemon):
    with daemon.proxy(1) as proxy:
        names = [toxic(proxy, type="noop", stream=s)["name"] for s in ("upstream", "downstream")]
        assert names == ["noop_upstream", "noop_downstream"]


@check(44, "a toxicity of 0.2 is shown as 0.2")
def _(daemon):
    with daemon.proxy(1) as proxy:
        toxic(proxy, type="noop", toxicity=0.2)
        assert '"toxicity":0.2}' in daemon.want(200, "GET", proxy.path).body


@check(45, "a toxic is downstream unless it says otherwise")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert toxic(proxy, type="noop")["stream"] == "downstream"


@check(46, "a toxicity that is not given is 1")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert toxic(proxy, type="noop")["toxicity"] == 1


@check(47, "an update changes what it names, and keeps the rest")
def _(daemon):
    with daemon.proxy(1) as proxy:
        proxy.add("latency", name="slow", latency=100, jitter=10)
        shown = proxy.change("slow", attributes={"latency": 1000}, toxicity=0.5)
        assert shown["attributes"] == {"latency": 1000, "jitter": 10}
        assert proxy.change("slow", attributes={"latency": 500})["toxicity"] == 0.5


@check(48, "a deleted toxic is not listed")
def _(daemon):
    with daemon.proxy(1) as proxy:
        proxy.remove(toxic(proxy, type="noop")["name"])
        assert proxy.shown["toxics"] == []


@check(49, "an unknown stream is 400")
def _(daemon):
    with daemon.proxy(1) as proxy:
        daemon.refuse(400, "stream was invalid, can be either upstream or downstream", "POST",
                      f"{proxy.path}/toxics", {"type": "noop", "stream": "walrustream"})


@check(50, "a stream is taken in any letter case and shown as sent; an empty one is 400",
       "same, but shown in small letters")
def _(daemon):
    with daemon.proxy(1) as proxy:
        assert toxic(proxy, type="noop", stream="DOWNSTREAM")["stream"] == "downstream"
        assert toxic(proxy, type="noop", stream="UpStream")["stream"] == "upstream"
        toxic(proxy, 400, type="noop", stream="")


@check(51, "an unknown type is 400, an unknown toxic 404")
def _(daemon):
    with daemon.proxy(1) as proxy:
        daemon.refuse(400, "invalid toxic type", "POST", f"{proxy.path}/toxics", {"type": "x"})
        for method in ["GET", "PATCH", "POST", "DELETE"]:
            daemon.refuse(404, "toxic not found", method, f"{proxy.path}/toxics/none", "?")


@check(52, "an attribute that is no whole number is 400, and may change others nevertheless",
       "400, and nothing changes")
def _(daemon):
    with daemon.proxy(1) as proxy:
        proxy.add("latency", name="slow", latency=100)
        for value in ["100", 1.5, 100.0]:
            for body in [{"latency": 1, "jitter": value}, {"latency": value}]:
                daemon.refuse(400, "bad request body: ", "PATCH", f"{proxy.path}/toxics/slow",
                              json.dumps({"attributes": body}))
        assert proxy.shown["toxics"][0]["attributes"]["latency"] == 100


@check(53, "a reset removes toxics and leaves the proxy up")
def _(daemon):
    with daemon.proxy(1, {"type": "noop"}) as proxy:
        daemon.want(204, "POST", "/reset")
        assert proxy.shown["toxics"] == [] and accepts(proxy.port)


@check(54, "a reset enables what is disabled, until one proxy fails",
       "same, and one that fails stops no other")
def _(daemon):
    with daemon.proxy(1) as first, daemon.proxy(1) as second, daemon.proxy(1) as third:
        for proxy in (first, second, third):
            proxy.update(enabled=False)
            proxy.add("noop")
        with daemon.proxy(1, listen=second.listen):
            daemon.refuse(500, "listen tcp ", "POST", "/reset")
        assert [p.shown["enabled"] for p in (first, second, third)] == [True, False, True]
        assert all(p.shown["toxics"] == [] for p in (first, second, third))


# Metrics

def counted(daemon, proxy, word, direction):
    text = daemon.want(200, "GET", "/metrics").body
    name = f"toxiproxy_proxy_{word}_bytes_total"
    labels = (f'{{direction="{direction}",listener="{proxy.listen}",proxy="{proxy.name}",'
              f'upstream="{proxy.shown["upstream"]}"}} ')
    lines = [line for line in text.splitlines() if line.startswith(name + labels)]
    assert len(lines) == 1, text
    return int(lines[0].split()[-1])


@check(83, "received and sent bytes are counted with four labels, once a connection is over",
       "counted while a connection goes on")
def _(daemon):
    with pair(daemon) as (proxy, client, server):
        client.sendall(b"hello")
        assert read(server, 5) == b"hello"
        for word in ["received", "sent"]:
            assert counted(daemon, proxy, word, "upstream") == 5
            assert counted(daemon, proxy, word, "downstream") == 0


@check(84, "`-runtime-metrics` adds `go_build_info` and others", "not Go, so it has none")
def _(daemon):
    assert "go_build_info" not in daemon.want(200, "GET", "/metrics").body


@check(85, "without a flag `/metrics` is 404", "`/metrics` is always there")
def _(daemon):
    assert daemon.want(200, "GET", "/metrics").headers["Content-Type"].startswith("text/plain")
