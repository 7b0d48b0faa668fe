"""Fixtures for pytest: ``fakegw``, and the markers ``fakegw`` and ``fakegw_pathologies``."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from .gateway import Gateway, transcript_or_log

HEALTHY = "healthy"
"""Among ``fakegw_pathologies``: no failure at all."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "fakegw(pathology=NAME or [NAME, …], server_version=N, dialect=NAME, world=FILE, seed=N, "
        "speed=X, settings={NAME: VALUE}, follow_sockets=BOOL): how the gateway of the fixture 'fakegw' begins",
    )
    config.addinivalue_line(
        "markers",
        "fakegw_pathologies(NAME, …): once for each failure; 'healthy' is none",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = [
        name
        for marker in metafunc.definition.iter_markers("fakegw_pathologies")
        for name in marker.args
    ]
    if not names:
        return
    if "fakegw" not in metafunc.fixturenames:
        raise pytest.UsageError(
            f"{metafunc.definition.nodeid} has fakegw_pathologies and does not use the fixture fakegw"
        )
    metafunc.parametrize("fakegw", names, indirect=True)


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The keywords of the markers, those nearest to the test last."""
    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("fakegw"))):
        if marker.args:
            raise pytest.UsageError("the marker fakegw takes keywords: fakegw(pathology=NAME)")
        options.update(marker.kwargs)
    named = options.pop("pathology", ())
    pathologies = [named] if isinstance(named, str) else list(named)
    parameter = getattr(request, "param", None)
    if parameter is not None and parameter != HEALTHY:
        pathologies.append(parameter)
    return {"pathologies": pathologies, **options}


@pytest.fixture
def fakegw(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    """A gateway of this test's own, on a free port."""
    try:
        gateway = Gateway(**_options(request))
    except TypeError as error:
        raise pytest.UsageError(f"the marker fakegw: {error}") from error
    with gateway:
        yield gateway


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Shows beside a failed test what passed between its program and the gateway."""
    outcome = yield
    report = outcome.get_result()
    gateway = getattr(item, "funcargs", {}).get("fakegw")
    if report.when == "call" and report.failed and isinstance(gateway, Gateway):
        report.sections.append(("fakegw transcript", transcript_or_log(gateway)))
