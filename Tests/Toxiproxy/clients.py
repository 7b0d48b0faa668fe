"""Drives fakegw's control port with two public clients of Toxiproxy, as their documentation shows it.

Usage: clients.py FAKEGW
"""

import sys

from chaostoxi.proxy import actions as chaos
from chaostoxi.proxy.probes import get_proxy_attribute, proxy_exist
from chaostoxi.toxic import actions as chaos_toxics
from toxiproxy import Toxiproxy
from toxiproxy.exceptions import InvalidToxic, NotFound, ProxyExists

from daemon import Daemon, Echo, accepts, connect, lasts, read


def raises(kind, act):
    try:
        act()
    except kind:
        return True
    return False


def echo(port):
    with connect(port) as client:
        client.sendall(b"ping")
        return read(client, 4) == b"ping"


def use_toxiproxy_python(daemon, server):
    toxiproxy = Toxiproxy()
    toxiproxy.update_api_consumer("127.0.0.1", daemon.port)
    assert toxiproxy.running() and toxiproxy.version() == b'{"version": "2.12.0"}\n'
    upstream = f"127.0.0.1:{server.port}"
    proxy = toxiproxy.create(name="db", upstream=upstream)
    port = int(proxy.listen.rsplit(":", 1)[1])
    assert raises(ProxyExists, lambda: toxiproxy.create(name="db", upstream=upstream))
    assert echo(port)
    with proxy.down():
        assert not accepts(port)
    assert echo(port)
    proxy.add_toxic(type="latency", attributes={"latency": 300, "jitter": 0})
    assert proxy.get_toxic("latency_downstream").attributes["latency"] == 300
    with lasts(0.3):
        assert echo(port)
    assert raises(InvalidToxic, lambda: proxy.add_toxic(type="nonsense"))
    proxy.destroy_toxic("latency_downstream")
    assert raises(NotFound, lambda: proxy.destroy_toxic("latency_downstream"))
    proxy.add_toxic(type="limit_data", stream="upstream", toxicity=1.0, attributes={"bytes": 2})
    toxiproxy.reset()
    assert proxy.toxics() == {}
    made = toxiproxy.populate([
        {"name": "db", "upstream": upstream, "listen": proxy.listen},
        {"name": "cache", "upstream": upstream, "listen": "127.0.0.1:0"}])
    assert [one.name for one in made] == ["cache"]
    assert sorted(toxiproxy.proxies()) == ["cache", "db"]
    toxiproxy.destroy_all()
    assert toxiproxy.proxies() == {}


def use_chaostoolkit(daemon, server):
    configuration = {"toxiproxy_host": "127.0.0.1", "toxiproxy_port": daemon.port}
    for_proxy = {"for_proxy": "gateway", "configuration": configuration}
    assert chaos.create_proxy("gateway", "127.0.0.1", server.port, configuration=configuration)
    port = int(configuration["gateway_PORT"])
    assert proxy_exist("gateway", configuration=configuration)
    assert get_proxy_attribute("gateway", "enabled", configuration=configuration)
    assert echo(port)
    chaos.disable_proxy("gateway", configuration=configuration)
    assert not accepts(port)
    chaos.enable_proxy("gateway", configuration=configuration)
    assert chaos_toxics.create_latency_toxic(toxic_name="slow", latency=200, **for_proxy)
    with lasts(0.2):
        assert echo(port)
    assert chaos_toxics.create_slicer_toxic(
        toxic_name="sliced", average_size=2, size_variation=1, delay=100, **for_proxy)
    assert chaos_toxics.create_toxic(toxic_name="still", toxic_type="noop", **for_proxy)
    assert chaos_toxics.create_limiter_toxic(toxic_name="limited", bytes_limit=3, **for_proxy)
    with connect(port) as client:
        client.sendall(b"ping")
        assert read(client, 3) == b"pin" and client.recv(1) == b""
    assert chaos_toxics.delete_toxic(toxic_name="limited", **for_proxy)
    chaos.reset(configuration=configuration)
    assert echo(port)
    chaos.modify_proxy("gateway", upstream_address="127.0.0.1:1", configuration=configuration)
    with connect(port) as client:
        assert client.recv(1) == b""
    chaos.delete_proxy("gateway", configuration=configuration)
    assert not proxy_exist("gateway", configuration=configuration)


def main():
    daemon = Daemon(sys.argv[1])
    with Echo() as server:
        use_toxiproxy_python(daemon, server)
        use_chaostoolkit(daemon, server)
    daemon.end()
    print("toxiproxy-python and chaostoolkit-toxiproxy work")


main()
