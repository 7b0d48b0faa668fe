"""Checks of the data: what toxics do to real connections."""

import contextlib
import selectors
import socket
import threading
import time

from check import collect
from daemon import (
    PATIENCE, Collector, Echo, Server, accepts, connect, free_port, is_silent, lasts, pair, pattern, read,
    read_all)

CHECKS = []
check = collect(CHECKS)


def collected(daemon, chunks, *toxics):
    """What a server gets of a client that sends these chunks and closes, and how long that took."""
    with Collector() as server, daemon.proxy(server.port, *toxics) as proxy:
        began = time.monotonic()
        with proxy.connect() as client:
            for chunk in chunks:
                client.sendall(chunk)
        data, ended = server.wait()[0]
        return data, ended - began


def is_reset(peer):
    """Whether the next read fails with ECONNRESET, and the one after it ends."""
    try:
        peer.recv(1)
    except ConnectionResetError:
        return peer.recv(1) == b""
    return False


@check(55, "bytes that are sent before a close arrive",
       "same, also at one of its own gateways, named as upstream")
def _(daemon):
    assert collected(daemon, [b"hello world"])[0] == b"hello world"
    with daemon.proxy("gateway") as proxy, proxy.connect() as client:
        client.sendall(b"API\0\0\0\0\tv100..176")
        length = int.from_bytes(read(client, 4), "big")
        assert read(client, length).startswith(b"176\0")


@check(56, "64 KiB before a close arrive as they are")
def _(daemon):
    assert collected(daemon, [pattern(65_536)])[0] == pattern(65_536)


@check(57, "two writes arrive as one stream")
def _(daemon):
    assert collected(daemon, [b"hello", b" world"])[0] == b"hello world"


@check(58, "with the server down a client is accepted and sees the end of the stream",
       "same, also when the server has no address")
def _(daemon):
    # A server that refuses, a name that the resolver refuses, and no address at all.
    for upstream in [f"127.0.0.1:{free_port()}", "no..host:80", "nowhere"]:
        with daemon.proxy(upstream) as proxy, proxy.connect() as client:
            client.sendall(b"anybody?")
            assert client.recv(1) == b""
    # This machine's own name, where it can be looked up.
    with contextlib.suppress(socket.gaierror):
        host = socket.gethostbyname(socket.gethostname())
        with Server(host) as server:
            upstream = f"{socket.gethostname()}:{server.port}"
            with daemon.proxy(upstream) as proxy, proxy.connect() as client:
                client.sendall(b"x")
                assert read(server.accept(), 1) == b"x"


@check(59, "without toxics a byte needs less than 300 us one way",
       "same on an idle machine; the check only holds that 200 echoes come")
def _(daemon):
    with pair(daemon, server=Echo()) as (_, client, _):
        for _ in range(200):
            client.sendall(b"x")
            assert read(client, 1) == b"x"


@check(60, "latencies of 0, 100 and 1000 ms delay 32 KiB by so much, each way for itself")
def _(daemon):
    data = pattern(32_768)
    for up, down in [(0, 0), (0, 100), (100, 0), (100, 100), (1000, 0), (0, 1000)]:
        toxics = [{"type": "latency", "stream": "upstream", "latency": up},
                  {"type": "latency", "stream": "downstream", "latency": down}]
        with pair(daemon, *toxics) as (_, client, server):
            with lasts(up / 1000):
                client.sendall(data)
                assert read(server, 1) + read(server, len(data) - 1) == data
            with lasts(down / 1000):
                server.sendall(data)
                assert read(client, 1) + read(client, len(data) - 1) == data


@check(61, "two latencies on one stream add up")
def _(daemon):
    toxics = [{"type": "latency", "latency": 500, "name": name} for name in ("one", "two")]
    with pair(daemon, *toxics) as (_, client, server), lasts(1):
        server.sendall(b"x")
        read(client, 1)


@check(62, "100 ms of latency leave 100 MB/s", "same with the optimized build; the check only holds "
       "that 64 MB come, more than the delay's length holds")
def _(daemon):
    data = pattern(1 << 20)
    with pair(daemon, {"type": "latency", "latency": 100}) as (_, client, server):
        sender = threading.Thread(target=lambda: [server.sendall(data) for _ in range(64)])
        sender.start()
        for _ in range(64):
            assert read(client, len(data)) == data
        sender.join()


@check(63, "adding a latency, connecting, sending, closing and removing it 1000 times never hangs")
def _(daemon):
    with Collector() as server, daemon.proxy(server.port) as proxy:
        for _ in range(1000):
            proxy.add("latency", stream="upstream", latency=10, name="slow")
            with proxy.connect() as client:
                client.sendall(b"hello")
            proxy.remove("slow")
        assert {data for data, _ in server.wait(1000)} == {b"hello"}


@check(64, "at 1000 KB/s 480,000 bytes take 480 ms, and all come although the client has closed")
def _(daemon):
    data, took = collected(
        daemon, [pattern(480_000)], {"type": "bandwidth", "stream": "upstream", "rate": 1000})
    assert data == pattern(480_000) and took >= 0.48, took


@check(65, "a slicer of 1024 ± 512 bytes cuts 480,000 bytes into 240 to 720 pieces",
       "same; a receiver may see several as one, so the check holds the bytes")
def _(daemon):
    toxic = {"type": "slicer", "stream": "upstream", "average_size": 1024, "size_variation": 512,
             "delay": 10}
    assert collected(daemon, [pattern(480_000)], toxic)[0] == pattern(480_000)


@check(66, "a slicer of single bytes makes 24 pieces of 24 bytes")
def _(daemon):
    toxic = {"type": "slicer", "average_size": 1, "delay": 30_000}
    with pair(daemon, toxic) as (_, client, server), lasts(23 * 0.03):
        server.sendall(pattern(24))
        assert read(client, 24) == pattern(24)


@check(67, "a limit of 100 bytes cuts inside a chunk, and closes when it is reached")
def _(daemon):
    toxic = {"type": "limit_data", "stream": "upstream", "bytes": 100}
    for sizes, passed in [([50], 50), ([100], 100), ([150], 100), ([25] * 4, 100), ([90, 20], 100)]:
        with pair(daemon, toxic) as (_, client, server):
            for size in sizes:
                client.sendall(pattern(size))
            if passed == 100:
                assert len(read_all(server)) == 100 and client.recv(1) == b""
            else:
                assert len(read(server, passed)) == passed and is_silent(server)


@check(68, "a limit of 0 passes nothing")
def _(daemon):
    with pair(daemon, {"type": "limit_data", "stream": "upstream"}) as (_, client, server):
        client.sendall(pattern(100))
        assert read_all(server) == b""


@check(69, "a limit keeps its count over a change")
def _(daemon):
    toxic = {"type": "limit_data", "stream": "upstream", "bytes": 100, "name": "limit"}
    with pair(daemon, toxic) as (proxy, client, server):
        client.sendall(pattern(90))
        read(server, 90)
        proxy.change("limit")
        client.sendall(pattern(20))
        assert len(read_all(server)) == 10


@check(70, "reset_peer ends a connection with a RST after its timeout, on either stream")
def _(daemon):
    for stream, timeout in [("upstream", 0), ("upstream", 100), ("downstream", 100)]:
        toxic = {"type": "reset_peer", "stream": stream, "timeout": timeout}
        with pair(daemon, toxic) as (_, client, server), lasts(timeout / 1000):
            (client if stream == "upstream" else server).sendall(b"x")
            assert is_reset(client) and is_reset(server)


@check(71, "removing a timeout closes the connections",
       "same, but only those on which it acted")
def _(daemon):
    toxic = {"type": "timeout", "name": "still", "timeout": 0}
    with pair(daemon, toxic) as (proxy, client, server):
        client.sendall(b"x")
        read(server, 1)
        proxy.remove("still")
        assert client.recv(1) == b"" and server.recv(1) == b""
    with pair(daemon, {**toxic, "toxicity": 0}) as (proxy, client, server):
        client.sendall(b"x")
        read(server, 1)
        proxy.remove("still")
        server.sendall(b"x")
        assert read(client, 1) == b"x"


@check(72, "a latency in front of a timeout is removed at once under traffic")
def _(daemon):
    toxics = [{"type": "latency", "stream": "upstream", "latency": 60_000, "name": "slow"},
              {"type": "timeout", "stream": "upstream", "timeout": 0, "name": "still"}]
    with pair(daemon, *toxics) as (proxy, client, _):
        for _ in range(50):
            client.sendall(pattern(1000))
        with lasts(0, 10):
            proxy.remove("slow")


@check(73, "a timeout of toxicity 0 passes; updated to 1 it closes in time")
def _(daemon):
    toxic = {"type": "timeout", "timeout": 100, "toxicity": 0, "name": "still"}
    with pair(daemon, toxic) as (proxy, client, server):
        server.sendall(b"x")
        assert read(client, 1) == b"x"
        with lasts(0.09):
            proxy.change("still", toxicity=1)
            assert client.recv(1) == b""


def echoes(client, count=1):
    for _ in range(count):
        client.sendall(b"ping")
        assert read(client, 4) == b"ping"


@check(74, "a connection survives toxics that are added and reset")
def _(daemon):
    with pair(daemon, server=Echo()) as (proxy, client, _):
        for _ in range(2):
            echoes(client)
            proxy.add("noop", stream="upstream")
            proxy.add("noop", stream="downstream")
            echoes(client)
            daemon.want(204, "POST", "/reset")
        echoes(client)


@contextlib.contextmanager
def meanwhile(act):
    """Repeats an act in another thread, as often as it goes."""
    over = threading.Event()
    troubles = []

    def run():
        try:
            while not over.is_set():
                act()
        except Exception as trouble:  # pylint: disable=broad-except
            troubles.append(trouble)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
    assert not troubles, troubles


@check(75, "100 echoes come while toxics come and go on both streams")
def _(daemon):
    with pair(daemon, server=Echo()) as (proxy, client, _):

        def toggle():
            for stream in ["upstream", "downstream"]:
                proxy.add("noop", stream=stream)
            for stream in ["upstream", "downstream"]:
                proxy.remove(f"noop_{stream}")

        with meanwhile(toggle):
            echoes(client, 100)


@check(76, "65,535 chunks arrive in order while a latency comes and goes")
def _(daemon):
    with Collector() as server, daemon.proxy(server.port) as proxy:

        def toggle():
            proxy.add("latency", stream="upstream", latency=1000, name="slow")
            proxy.remove("slow")

        chunks = [number.to_bytes(2, "big") for number in range(65_535)]
        with meanwhile(toggle), proxy.connect() as client:
            for chunk in chunks:
                client.sendall(chunk)
        assert server.wait()[0][0] == b"".join(chunks)


def stalled(daemon, *toxics):
    """A connection whose client does not read what its server sends without end."""
    stack = contextlib.ExitStack()
    server = stack.enter_context(Server())
    proxy = stack.enter_context(daemon.proxy(server.port, *toxics))
    client = stack.enter_context(connect(proxy.port, buffer=4096))
    peer = server.accept()
    peer.settimeout(0.3)
    sent = bytearray()
    data = pattern(65_536)
    with contextlib.suppress(TimeoutError):
        while True:
            sent += data[:peer.send(data)]
    return stack, proxy, client, peer, sent


@check(77, "removing a bandwidth of 0 returns although nobody reads")
def _(daemon):
    stack, proxy, _, _, _ = stalled(daemon, {"type": "bandwidth", "rate": 0, "name": "cut"})
    with stack, lasts(0, 10):
        proxy.remove("cut")


@check(78, "while a client does not read, changes hang, and removals may lose data",
       "every request is answered at once, and no byte is lost")
def _(daemon):
    stack, proxy, client, peer, sent = stalled(daemon, {"type": "latency", "latency": 50, "name": "slow"})
    with stack:
        with lasts(0, 10):
            proxy.change("slow", attributes={"latency": 100})
            proxy.add("bandwidth", rate=1000, name="thin")
            proxy.change("thin", attributes={"rate": 2000})
            proxy.remove("slow")
            daemon.want(200, "GET", "/proxies")
            accepts(proxy.port)
            daemon.want(204, "POST", "/reset")
        peer.shutdown(socket.SHUT_WR)
        assert read_all(client) == bytes(sent)


@check(79, "some attributes crash the server at the first data", "they are 400")
def _(daemon):
    with daemon.proxy(1) as proxy:
        for kind, attributes in [
                ("slicer", {}), ("slicer", {"average_size": -1}),
                ("slicer", {"average_size": 1, "size_variation": 2}), ("bandwidth", {"rate": -1}),
                ("bandwidth", {"rate": 1 << 60}), ("latency", {"jitter": 1 << 62})]:
            daemon.refuse(400, "bad request body: ", "POST", f"{proxy.path}/toxics",
                          {"type": kind, "attributes": attributes})


@check(80, "a client's half-close cuts off its answer", "the half-close is passed on")
def _(daemon):
    with pair(daemon) as (_, client, server):
        client.sendall(b"question")
        client.shutdown(socket.SHUT_WR)
        assert read_all(server) == b"question"
        server.sendall(b"answer")
        server.close()
        assert read_all(client) == b"answer"


@check(81, "changes of other toxics draw anew which connections a toxic affects",
       "a connection draws once for each toxic, and toxicity 0 is never")
def _(daemon):
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(Echo())
        toxics = [{"type": "noop", "name": "first"},
                  {"type": "latency", "latency": 2000, "toxicity": 0.5, "name": "half"}]
        proxy = stack.enter_context(daemon.proxy(server.port, *toxics))
        clients = [stack.enter_context(proxy.connect()) for _ in range(20)]

        def passing():
            """Which echoes come sooner than the toxic lets them."""
            delays = {}
            with selectors.DefaultSelector() as selector:
                for client in clients:
                    selector.register(client, selectors.EVENT_READ)
                    client.sendall(b"x")
                began = time.monotonic()
                while len(delays) < len(clients):
                    for key, _ in selector.select(PATIENCE):
                        assert key.fileobj.recv(1) == b"x"
                        delays[key.fileobj] = time.monotonic() - began
            # The first bytes left some time before `began`.
            return [delays[client] < 1.5 for client in clients]

        first = passing()
        assert any(first) and not all(first)
        proxy.add("noop", name="last")
        proxy.remove("first")
        proxy.change("half")
        assert passing() == first
        proxy.change("half", toxicity=0)
        assert all(passing())


@check(82, "while a server does not answer a connect, disabling its proxy hangs",
       "it is done at once")
def _(daemon):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        port = deaf.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", port))
        with daemon.proxy(port) as proxy, proxy.connect() as client, lasts(0, 10):
            assert is_silent(client)
            proxy.update(enabled=False)
            assert client.recv(1) == b""
        for one in waiting:
            one.close()
