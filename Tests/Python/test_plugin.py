"""The plugin for pytest, in a pytest of its own."""

import os
import select

CONNECT = """
from ib_async import IB

def connect(gateway):
    ib = IB()
    ib.connect(gateway.host, gateway.port, clientId=5, timeout=60)
    return ib
"""


def test_markers_say_how_the_gateway_begins(pytester):
    pytester.makepyfile(
        CONNECT
        + """
import pytest

pytestmark = pytest.mark.fakegw(server_version=176, seed=4)

def test_module(fakegw):
    ib = connect(fakegw)
    assert ib.client.serverVersion() == 176
    ib.disconnect()

@pytest.mark.fakegw(server_version=178, pathology="startapi-mute:client-id=9", settings={"market_waits": False})
def test_own(fakegw):
    ib = connect(fakegw)
    assert ib.client.serverVersion() == 178
    ib.disconnect()
    assert [one["name"] for one in fakegw.control.state()["pathologies"]] == ["startapi-mute"]
"""
    )
    pytester.runpytest_subprocess("--strict-markers").assert_outcomes(passed=2)


def test_a_test_runs_once_for_each_pathology(pytester):
    pytester.makepyfile(
        """
import pytest

@pytest.mark.fakegw_pathologies("healthy", "frame-split", "silent-handshake:connections=2")
def test_each(fakegw):
    print(fakegw.control.state()["pathologies"])
"""
    )
    result = pytester.runpytest_subprocess("-v")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*test_each[[]silent-handshake:connections=2[]]*"])


def test_the_report_of_a_failure_shows_the_transcript(pytester):
    pytester.makepyfile(
        CONNECT
        + """
def test_fails(fakegw):
    connect(fakegw).disconnect()
    assert fakegw.received("placeOrder")

def test_passes(fakegw):
    connect(fakegw).disconnect()
"""
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*fakegw transcript*", "*startApi*"])
    assert result.stdout.str().count("fakegw transcript") == 1


def test_a_wrong_marker_is_refused(pytester):
    pytester.makepyfile(
        """
import pytest

@pytest.mark.fakegw("silent-handshake")
def test_positional(fakegw):
    pass

@pytest.mark.fakegw(pathologie="silent-handshake")
def test_unknown(fakegw):
    pass
"""
    )
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*takes keywords*", "*pathologie*"])


def test_tests_beside_each_other_have_gateways_of_their_own(pytester):
    pytester.makepyfile(
        CONNECT
        + """
import pytest

@pytest.mark.parametrize("number", range(8))
def test_alone(fakegw, number):
    connect(fakegw).disconnect()
    assert len(fakegw.received("startApi")) == 1
"""
    )
    pytester.runpytest_subprocess("-n", "4").assert_outcomes(passed=8)


def test_no_gateway_outlives_a_test_program_that_is_killed(pytester):
    pytester.makepyfile(
        """
import os, signal

def test_killed(fakegw):
    print("process", fakegw._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    )
    result = pytester.runpytest_subprocess("-s")
    (line,) = (line for line in result.outlines if "process " in line)
    try:
        descriptor = os.pidfd_open(int(line.split()[-1]))
    except ProcessLookupError:
        return
    # The kernel ends it with its parent. A process that has ended can be read from its descriptor.
    assert select.select([descriptor], [], [], 60)[0]
    os.close(descriptor)
