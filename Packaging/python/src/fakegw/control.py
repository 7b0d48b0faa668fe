"""A client of the control API of ``fakegw serve --control``: HTTP and JSON, standard library only."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Union
from urllib.parse import quote, urlencode, urlsplit

Value = Union[str, int, float, bool]
"""What a parameter of a pathology may be: ``3``, ``"500ms"``, ``True``."""


class ControlError(Exception):
    """fakegw refused a request, or could not be reached.

    ``status`` is the HTTP status, or 0 when there was no answer.
    """

    def __init__(self, title: str, detail: str = "", status: int = 0) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.title = title
        self.detail = detail
        self.status = status


@dataclass(frozen=True)
class Verdict:
    """What became of an expectation: ``findings`` tell of each claim what was expected and seen."""

    holds: bool
    findings: list[dict[str, Any]]

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        return "\n".join(
            f"expected: {finding['expected']}\n    seen: {finding['seen']}"
            for finding in self.findings
            if not finding["holds"]
        )


class Control:
    """Steers and watches the gateways of one ``fakegw serve``.

    ``gateway`` is a gateway's name; ``_`` is the first, or only one.
    """

    def __init__(
        self,
        url: str,
        *,
        gateway: str = "_",
        token: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        if parts.scheme != "http" or parts.hostname is None or parts.port is None:
            raise ValueError(f"not the address of a control API: {url!r}")
        self.url = f"http://{parts.netloc}"
        self.gateway = gateway
        self.timeout = timeout
        self._token = token
        self._host = parts.hostname
        self._port = parts.port

    # What there is.

    def gateways(self) -> list[dict[str, Any]]:
        """Every gateway: name, port, light, newest server version, pathologies, faults, counts."""
        return self._list("/api/v1/gateways")

    def state(self) -> dict[str, Any]:
        """The gateway: name, port, light, newest server version, pathologies, faults, counts."""
        return self._object("GET", f"/api/v1/gateways/{quote(self.gateway, safe='')}")

    def connections(self) -> list[dict[str, Any]]:
        """The connections of the gateway whose descriptors are open."""
        return self._list(self._path("connections"))

    def sockets(self) -> list[dict[str, Any]]:
        """The kernel's sockets of the gateway, of both ends: side, state, owner, unread bytes."""
        return self._list(self._path("sockets"))

    def received(self, message: str | None = None, **fields: Value) -> list[dict[str, Any]]:
        """What clients sent, oldest first, by name and by the values of fields.

        A field inside another is written with a dot: ``**{"order.action": "BUY"}``.
        """
        query: dict[str, str] = {"direction": "toGateway", "limit": "1000"}
        if message is not None:
            query["name"] = message
        query.update({f"field.{name}": _text(value) for name, value in fields.items()})
        if self.gateway != "_":
            query["gateway"] = self.gateway
        return self._list(f"/api/v1/messages?{urlencode(query)}")[::-1]

    def expect(self, within: int | None = None, **claim: Any) -> Verdict:
        """Judges an expectation, as a scenario has it: ``expect(received="placeOrder", count=1)``.

        One of the kernel's sockets names them: ``expect(sockets="_", state="CLOSE_WAIT", count=0)``.
        Claims about their past need a gateway that was started with ``--follow-sockets``; ``zero_within``
        is ``zero-within``. ``within`` are seconds to wait until it holds. ``fakegw explain --words``
        lists expectations.
        """
        claim = {key.replace("_", "-"): value for key, value in claim.items()}
        subject = "sockets" if "sockets" in claim else "gateway"
        if claim.get(subject, "_") == "_":
            claim[subject] = self.state()["name"]
        suffix = "" if within is None else f"?within={within}"
        wait = self.timeout + (within or 0)
        answer = self._json("POST", f"/api/v1/expect{suffix}", claim, timeout=wait)
        return Verdict(bool(answer["holds"]), list(answer["findings"]))

    def transcript(self) -> str:
        """Everything that passed so far, readable."""
        return self._request("GET", "/api/v1/transcript").decode()

    def capture(self) -> bytes:
        """Everything that passed so far, as pcapng; ``serve`` needs ``--pcap`` for it."""
        return self._request("GET", "/api/v1/capture")

    def is_healthy(self) -> bool:
        """Whether the program answers."""
        try:
            self._request("GET", "/healthz")
        except ControlError:
            return False
        return True

    def events(self, since: int | None = None) -> Iterator[dict[str, Any]]:
        """The events of the log as they happen, until the program ends.

        ``since`` is the number of the last event that is known; 0 begins with all that are kept.
        """
        suffix = "" if since is None else f"?since={since}"
        connection = self._open("GET", f"/api/v1/events{suffix}", None, timeout=None)
        try:
            with self._answer(connection) as response:
                data: list[str] = []
                for line in response:
                    text = line.decode().rstrip("\r\n")
                    if text.startswith("data:"):
                        data.append(text[5:].lstrip(" "))
                    elif not text and data:
                        yield json.loads("\n".join(data))
                        data = []
        except (OSError, http.client.HTTPException):
            return  # the program has ended
        finally:
            connection.close()

    # What to change.

    def make_ill(self, name: str, **parameters: Value) -> str:
        """Adds a pathology and returns its id; ``slots_left=3`` is ``slots-left: 3``."""
        body: dict[str, Any] = {"use": name}
        if parameters:
            body["with"] = {key.replace("_", "-"): value for key, value in parameters.items()}
        return str(self._object("POST", self._path("pathologies"), body)["id"])

    def make_well(self, pathology: str | None = None) -> None:
        """Removes the pathology with this id; without one, all pathologies, faults and their traces."""
        if pathology is None:
            self._request("POST", self._path("well"))
        else:
            self._request("DELETE", self._path(f"pathologies/{quote(pathology, safe='')}"))

    def arm(self, when: Any, do: Any, *, once: bool = False) -> str:
        """Adds a fault, in the words of ``fakegw faults``, and returns its name."""
        fault: dict[str, Any] = {"when": when, "do": do}
        if once:
            fault["times"] = 1
        return str(self._object("POST", self._path("faults"), fault)["name"])

    def command(self, command: str, value: Any = None, **arguments: Any) -> None:
        """Gives a command, as a step of a scenario has it: ``command("restart", down="500ms")``."""
        body: dict[str, Any] = {command: value}
        body.update({key.replace("_", "-"): value for key, value in arguments.items()})
        self._request("POST", self._path("commands"), body)

    def reset(self) -> None:
        """Makes every gateway well."""
        self._request("POST", "/api/v1/reset")

    # HTTP.

    def _path(self, part: str) -> str:
        return f"/api/v1/gateways/{quote(self.gateway, safe='')}/{part}"

    def _list(self, path: str) -> list[dict[str, Any]]:
        return list(self._json("GET", path))

    def _object(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        return dict(self._json(method, path, body))

    def _json(self, method: str, path: str, body: Any = None, timeout: float | None = None) -> Any:
        return json.loads(self._request(method, path, body, timeout))

    def _request(
        self, method: str, path: str, body: Any = None, timeout: float | None = None
    ) -> bytes:
        connection = self._open(method, path, body, timeout or self.timeout)
        try:
            with self._answer(connection) as response:
                return response.read()
        except (OSError, http.client.HTTPException) as error:
            raise ControlError(f"{method} {self.url}{path} was not answered", str(error)) from error
        finally:
            connection.close()

    # http.client and not urllib, which would go through a proxy that the environment names.
    def _open(
        self, method: str, path: str, body: Any, timeout: float | None
    ) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        text = None if body is None else json.dumps(body)
        headers = {} if text is None else {"Content-Type": "application/json"}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, path, text, headers)
        except OSError as error:
            connection.close()
            raise ControlError(f"no control API at {self.url}", str(error)) from error
        return connection

    def _answer(self, connection: http.client.HTTPConnection) -> http.client.HTTPResponse:
        response = connection.getresponse()
        if response.status < 400:
            return response
        text = response.read().decode(errors="replace")
        try:
            problem = json.loads(text)
        except ValueError:
            problem = {}
        if not isinstance(problem, dict):
            problem = {}
        raise ControlError(
            str(problem.get("title", response.reason)),
            str(problem.get("detail", text)),
            response.status,
        )


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
