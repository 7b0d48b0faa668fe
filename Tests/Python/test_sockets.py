"""Claims about the kernel's sockets, against real ones."""

import socket

import pytest
from ib_async import IB

from fakegw import ControlError, Gateway


def visit(gateway: Gateway, client_id: int) -> None:
    ib = IB()
    ib.connect(gateway.host, gateway.port, clientId=client_id, timeout=60)
    ib.disconnect()


def test_a_leaked_socket_is_seen_and_its_absence_too(fakegw):
    fakegw.expect(sockets="_", state="CLOSE_WAIT", count=0)
    fakegw.make_ill("leaked-close-wait", slots=3)
    visit(fakegw, 1)
    fakegw.expect(sockets="_", state="CLOSE_WAIT", count=1, within=20)
    with pytest.raises(AssertionError, match="1 CLOSE_WAIT"):
        fakegw.expect(sockets="_", state="CLOSE_WAIT", count=0)
    # The far end has closed, and waits for the gateway to do so.
    fakegw.expect(sockets="_", side="client", state="FIN_WAIT2", count=1, within=20)
    fakegw.make_well()
    fakegw.expect(sockets="_", state="CLOSE_WAIT", count=0, within=20)


def test_the_past_of_sockets_is_judged_with_the_nearest_miss(fakegw):
    visit(fakegw, 1)
    fakegw.expect(sockets="_", passes=["ESTABLISHED", "CLOSE_WAIT"], count=1, within=20)
    with pytest.raises(AssertionError, match="nearest: connection 1 lacks FIN_WAIT2"):
        fakegw.expect(sockets="_", passes=["ESTABLISHED", "FIN_WAIT2"])
    fakegw.expect(sockets="_", ended_first="client-fin")
    with pytest.raises(AssertionError, match="client-fin"):
        fakegw.expect(sockets="_", ended_first="gateway-rst")


def test_a_state_that_lasts_is_waited_for(fakegw):
    fakegw.make_ill("leaked-close-wait", slots=3)
    visit(fakegw, 1)
    fakegw.expect(sockets="_", stays="CLOSE_WAIT", at_least="1s", within=20)
    with pytest.raises(AssertionError, match="connection 1"):
        fakegw.expect(sockets="_", never="CLOSE_WAIT")


@pytest.mark.fakegw(follow_sockets=False)
def test_without_being_followed_they_have_a_present_but_no_past(fakegw):
    with socket.create_connection((fakegw.host, fakegw.port)):
        fakegw.expect(sockets="_", state="ESTABLISHED", count=1, within=20)
        with pytest.raises(ControlError, match="--follow-sockets"):
            fakegw.expect(sockets="_", never="CLOSE_WAIT")
