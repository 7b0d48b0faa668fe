"""A running fakegw with a control port, and the peers that the checks put around its proxies."""

import contextlib
import http.client
import itertools
import json
import socket
import subprocess
import threading
import time

PATIENCE = 20


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


class Daemon:
    """fakegw serve with a control port on 127.0.0.1."""

    def __init__(self, fakegw):
        self.process = subprocess.Popen(
            [fakegw, "serve", "--listen", "127.0.0.1:0", "--quiet", "--control", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        # Of the gateway, then of the control port.
        lines = [self.process.stdout.readline() for _ in range(2)]
        self.port = int(lines[1].rsplit(":", 1)[1])
        self.numbers = itertools.count(1)

    def end(self):
        self.process.terminate()
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        assert status == 0, f"fakegw ended with {status}"

    def ask(self, method, path, body=None, agent=None):
        """Asks with a body that is JSON already, or becomes it."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            headers = {"User-Agent": agent} if agent else {}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def want(self, status, method, path, body=None):
        answer = self.ask(method, path, body)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.body}"
        return answer

    def refuse(self, status, text, method, path, body=None):
        answer = self.want(status, method, path, body)
        assert answer.json["status"] == status
        assert answer.json["error"].startswith(text), answer.body
        return answer

    def name(self):
        return f"proxy{next(self.numbers)}"

    @contextlib.contextmanager
    def proxy(self, upstream, *toxics, **more):
        """A proxy in front of a local port, or of what a text names, with these toxics."""
        proxy = Proxy(self, upstream, more)
        try:
            for toxic in toxics:
                proxy.add(**toxic)
            yield proxy
        finally:
            self.ask("DELETE", f"/proxies/{proxy.name}")


class Proxy:
    def __init__(self, daemon, upstream, more):
        self.daemon = daemon
        self.name = daemon.name()
        if isinstance(upstream, int):
            upstream = f"127.0.0.1:{upstream}"
        body = {"name": self.name, "listen": "127.0.0.1:0", "upstream": upstream}
        body.update(more)
        made = daemon.want(201, "POST", "/proxies", body).json
        self.listen = made["listen"]
        self.path = f"/proxies/{self.name}"

    @property
    def port(self):
        return int(self.listen.rsplit(":", 1)[1])

    @property
    def shown(self):
        return self.daemon.want(200, "GET", self.path).json

    def connect(self):
        return connect(self.port)

    def update(self, **fields):
        return self.daemon.want(200, "POST", self.path, fields).json

    def add(self, type, stream="downstream", toxicity=1, name="", **attributes):
        body = {"type": type, "stream": stream, "toxicity": toxicity, "name": name,
                "attributes": attributes}
        return self.daemon.want(200, "POST", f"{self.path}/toxics", body).json

    def change(self, name, **fields):
        return self.daemon.want(200, "PATCH", f"{self.path}/toxics/{name}", fields).json

    def remove(self, name):
        self.daemon.want(204, "DELETE", f"{self.path}/toxics/{name}")


def connect(port, buffer=None):
    client = socket.socket()
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(PATIENCE)
    client.connect(("127.0.0.1", port))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def accepts(port):
    try:
        connect(port).close()
        return True
    except ConnectionRefusedError:
        return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def read_all(peer):
    """Everything until the end of the stream."""
    parts = []
    while part := peer.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)


def read(peer, count):
    parts = []
    while count > 0:
        part = peer.recv(min(count, 1 << 16))
        assert part, f"ended {count} bytes too early"
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def is_silent(peer, seconds=0.15):
    """Whether nothing comes for so long."""
    peer.settimeout(seconds)
    try:
        peer.recv(1, socket.MSG_PEEK)
        return False
    except TimeoutError:
        return True
    finally:
        peer.settimeout(PATIENCE)


def pattern(count):
    return bytes(i * 31 + i // 251 & 255 for i in range(count))


class Server:
    """A server whose connections the check holds itself."""

    def __init__(self, host="127.0.0.1"):
        self.listener = socket.socket()
        self.listener.bind((host, 0))
        self.listener.listen(128)
        self.listener.settimeout(PATIENCE)
        self.port = self.listener.getsockname()[1]
        self.peers = []

    def accept(self):
        peer, _ = self.listener.accept()
        peer.settimeout(PATIENCE)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.peers.append(peer)
        return peer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        for peer in self.peers:
            peer.close()


class Served(Server):
    """A server that serves each connection in a thread of its own."""

    def __init__(self):
        super().__init__()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                peer = self.accept()
                threading.Thread(target=self.serve, args=(peer,), daemon=True).start()


class Echo(Served):
    """Sends back what it gets, and ends when its client does."""

    def serve(self, peer):
        with peer, contextlib.suppress(OSError):
            while part := peer.recv(1 << 16):
                peer.sendall(part)


class Collector(Served):
    """Keeps what each of its clients has sent, complete at its end."""

    def __init__(self):
        self.done = []
        self.changed = threading.Condition()
        super().__init__()

    def serve(self, peer):
        data = b""
        with peer, contextlib.suppress(OSError):
            data = read_all(peer)
        with self.changed:
            self.done.append((data, time.monotonic()))
            self.changed.notify_all()

    def wait(self, count=1):
        """What so many clients have sent, and when they had ended."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.done) >= count, PATIENCE)
            return self.done[:count]


@contextlib.contextmanager
def pair(daemon, *toxics, server=None):
    """A proxy, a client through it, and the server's end of its connection."""
    with server or Server() as server, daemon.proxy(server.port, *toxics) as proxy:
        with proxy.connect() as client:
            yield proxy, client, None if isinstance(server, Served) else server.accept()


@contextlib.contextmanager
def lasts(least, most=PATIENCE):
    """The body takes so many seconds at least; the upper bound is for stalls, not for speed."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert least <= took <= most, f"took {took:.3f} s, not {least} to {most}"
