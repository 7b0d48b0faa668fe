"""The Python client of the control API, against the real one."""

import time

import pytest
from ib_async import IB

from fakegw import ControlError, Gateway, GatewayError


def connect(gateway: Gateway, client_id: int = 1, timeout: float = 60) -> IB:
    ib = IB()
    ib.connect(gateway.host, gateway.port, clientId=client_id, timeout=timeout)
    return ib


def until(condition) -> None:
    """Asks again until it is true: what the kernel does has no event."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline


def test_a_healthy_gateway_tells_its_state(fakegw):
    state = fakegw.control.state()
    assert state["port"] == fakegw.port
    assert state["light"] == "green"
    assert state["pathologies"] == []
    assert [gateway["name"] for gateway in fakegw.control.gateways()] == [state["name"]]
    assert fakegw.control.is_healthy()


def test_what_a_client_sends_is_received(fakegw):
    ib = connect(fakegw, client_id=31)
    assert [message["fields"]["clientId"] for message in fakegw.received("startApi")] == [31]
    assert len(fakegw.received("startApi", clientId=31)) == 1
    assert fakegw.received("startApi", clientId=32) == []
    assert fakegw.received("placeOrder") == []
    names = [message["name"] for message in fakegw.received()]
    assert names.index("startApi") < names.index("reqPositions")
    fakegw.expect(received="startApi", count=1)
    with pytest.raises(AssertionError, match="placeOrder"):
        fakegw.expect(received="placeOrder", count=1)
    assert [one["clientId"] for one in fakegw.control.connections()] == [31]
    ib.disconnect()


def test_an_expectation_waits_until_it_holds(fakegw):
    ib = connect(fakegw)
    ib.client.reqCurrentTime()
    ib.sleep(0)
    fakegw.expect(received="reqCurrentTime", count=1, within=20)
    ib.disconnect()


def test_a_gateway_is_made_ill_and_well(fakegw):
    pathology = fakegw.make_ill("silent-handshake", connections=1)
    assert fakegw.control.state()["pathologies"][0]["parameters"]["connections"] == "1"
    with pytest.raises(TimeoutError):
        connect(fakegw, timeout=0.5)
    connect(fakegw, client_id=2).disconnect()
    pathology.remove()
    assert fakegw.control.state()["pathologies"] == []
    fakegw.make_ill("silent-handshake")
    with pytest.raises(TimeoutError):
        connect(fakegw, client_id=3, timeout=0.5)
    fakegw.make_well()
    assert fakegw.control.state()["pathologies"] == []
    connect(fakegw, client_id=4).disconnect()


def test_a_fault_is_armed_once(fakegw):
    ib = connect(fakegw)
    fakegw.arm({"message": {"type": "reqCurrentTime"}}, "rst", once=True)
    with pytest.raises(ConnectionError):
        ib.reqCurrentTime()
    ib = connect(fakegw, client_id=2)
    assert ib.reqCurrentTime()
    ib.disconnect()


def test_a_restart_ends_connections(fakegw):
    ib = connect(fakegw)
    fakegw.restart()
    fakegw.expect(received="startApi", count=1)
    with pytest.raises(ConnectionError):
        ib.reqCurrentTime()
    connect(fakegw, client_id=2).disconnect()


def test_the_kernel_tells_of_sockets(fakegw):
    fakegw.make_ill("leaked-close-wait", slots=3)
    connect(fakegw).disconnect()
    until(lambda: ("gateway", "CLOSE_WAIT") in [(row["side"], row["state"]) for row in fakegw.sockets()])
    fakegw.restart()
    until(lambda: "CLOSE_WAIT" not in [row["state"] for row in fakegw.sockets()])


def test_events_are_told_until_the_program_ends():
    gateway = Gateway()
    gateway.start()
    connect(gateway).disconnect()
    names = []
    for event in gateway.control.events(since=0):
        names.append(event.get("name"))
        if event.get("name") == "startApi":
            gateway.stop()
    assert "startApi" in names


def test_the_transcript_shows_the_conversation(fakegw):
    connect(fakegw, client_id=77).disconnect()
    assert "startApi" in fakegw.transcript()


def test_a_mistake_is_explained(fakegw):
    with pytest.raises(ControlError, match="silent-hanshake") as caught:
        fakegw.make_ill("silent-hanshake")
    assert caught.value.status in range(400, 500)
    fakegw.control.gateway = "other"
    with pytest.raises(ControlError) as caught:
        fakegw.sockets()
    assert caught.value.status == 404


def test_a_gateway_that_cannot_start_says_why():
    with pytest.raises(GatewayError, match="no-such-setting"):
        Gateway(settings={"no_such_setting": True}).start()
    with pytest.raises(GatewayError, match="cannot start"):
        Gateway(binary="/nonexistent/fakegw").start()


def test_a_gateway_that_has_ended_says_so():
    gateway = Gateway()
    with pytest.raises(GatewayError, match="does not run"):
        gateway.port
    with gateway:
        control = gateway.control
        assert gateway.control.is_healthy()
    assert not control.is_healthy()
    with pytest.raises(ControlError, match="no control API"):
        control.gateways()
