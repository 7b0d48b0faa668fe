import pytest
from bot import count_positions


@pytest.mark.fakegw_pathologies("healthy", "silent-handshake:connections=1")
def test_counts_positions_whatever_the_gateway_does(fakegw):
    assert count_positions(fakegw.host, fakegw.port) == 24
    fakegw.expect(received="startApi")


def test_survives_a_restart(fakegw):
    assert count_positions(fakegw.host, fakegw.port) == 24
    fakegw.restart()
    assert count_positions(fakegw.host, fakegw.port) == 24
    assert [socket["state"] for socket in fakegw.sockets()].count("CLOSE_WAIT") == 0
