"""A gateway in a process of its own."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from .control import Control, ControlError, Value


class GatewayError(Exception):
    """The gateway could not be started, or has ended."""


def binary_path() -> str:
    """The program: ``$FAKEGW_BINARY``, else the one in this package, else the first on PATH."""
    chosen = os.environ.get("FAKEGW_BINARY")
    if chosen:
        return chosen
    bundled = Path(__file__).parent / "bin" / "fakegw"
    if bundled.is_file():
        return str(bundled)
    found = shutil.which("fakegw")
    if found is None:
        raise GatewayError("this package has no binary; put fakegw on PATH or set FAKEGW_BINARY")
    return found


class Pathology:
    """A failure of the catalogue that a gateway has now."""

    def __init__(self, control: Control, name: str, identifier: str) -> None:
        self._control = control
        self.name = name
        self.id = identifier

    def remove(self) -> None:
        """Takes it away; what it has done to connections stays."""
        self._control.make_well(self.id)

    def __repr__(self) -> str:
        return f"<pathology {self.name}>"


class Gateway:
    """A gateway on a free port of the loopback interface, while the ``with`` block lasts.

    ``pathologies`` are names, or ``"name:key=value"``. ``settings`` are those of ``fakegw settings``.
    ``arguments`` go to ``fakegw serve`` as they are. Without ``follow_sockets`` nothing can be claimed
    of the past of its sockets, and its process sleeps when nothing happens.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        pathologies: Iterable[str] = (),
        *,
        server_version: int | None = None,
        dialect: str | None = None,
        world: str | os.PathLike[str] | None = None,
        seed: int | None = None,
        speed: float | None = None,
        settings: Mapping[str, Value] | None = None,
        arguments: Iterable[str] = (),
        follow_sockets: bool = True,
        binary: str | None = None,
    ) -> None:
        options = {
            "--server-version": server_version,
            "--dialect": dialect,
            "--world": None if world is None else os.fspath(world),
            "--seed": seed,
            "--speed": speed,
        }
        words: list[str] = []
        for option, value in options.items():
            if value is not None:
                words += [option, str(value)]
        for name, setting in (settings or {}).items():
            text = str(setting).lower() if isinstance(setting, bool) else str(setting)
            words += ["--set", f"{name.replace('_', '-')}={text}"]
        for pathology in pathologies:
            words += ["--pathology", pathology]
        if follow_sockets:
            words.append("--follow-sockets")
        self._words = [*words, *arguments]
        self._binary = binary
        self._process: subprocess.Popen[str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._port = 0
        self._control: Control | None = None

    @property
    def port(self) -> int:
        """Where clients connect."""
        self._running()
        return self._port

    @property
    def control(self) -> Control:
        """The control API of this gateway."""
        self._running()
        assert self._control is not None
        return self._control

    def start(self) -> None:
        """Starts it, and returns when clients can connect."""
        if self._process is not None:
            raise GatewayError("this gateway runs already")
        self._folder = tempfile.TemporaryDirectory(prefix="fakegw-")
        folder = Path(self._folder.name)
        command = [self._binary or binary_path(), "serve", "--listen", f"{self.host}:0"]
        command += ["--control", f"{self.host}:0"]
        with open(folder / "log", "wb") as log:
            try:
                self._process = subprocess.Popen(
                    command + self._words,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    preexec_fn=_die_with_parent,
                )
            except OSError as error:
                self._clean()
                raise GatewayError(f"cannot start {command[0]}: {error}") from error
        address, control = self._announced("listening on "), self._announced("control on ")
        if address is None or control is None:
            log_text = self.log()
            self.stop()
            raise GatewayError(f"fakegw did not start:\n{log_text}")
        self._port = int(address.rpartition(":")[2])
        self._control = Control(control)

    def stop(self) -> None:
        """Ends it. Every connection ends with it."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self._clean()

    def __enter__(self) -> Gateway:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def make_ill(self, name: str, **parameters: Value) -> Pathology:
        """Adds a failure of the catalogue, for what happens from now on."""
        return Pathology(self.control, name, self.control.make_ill(name, **parameters))

    def make_well(self) -> None:
        """Takes every failure away, and what they have done: held and muted connections, a red light."""
        self.control.make_well()

    def arm(self, when: Any, do: Any, *, once: bool = False) -> None:
        """Adds one fault, in the words of ``fakegw faults``; with ``once`` it acts once."""
        self.control.arm(when, do, once=once)

    def received(self, message: str | None = None, **fields: Value) -> list[dict[str, Any]]:
        """What clients sent, oldest first, by name and by the values of fields."""
        return self.control.received(message, **fields)

    def expect(self, within: int | None = None, **claim: Any) -> None:
        """Asserts an expectation, as a scenario has it, and tells what was seen instead.

        ``fakegw.expect(received="placeOrder", count=1, within=5)`` waits up to five seconds.
        ``fakegw.expect(sockets="_", never="CLOSE_WAIT", longer_than="500ms")`` is about its sockets.
        """
        verdict = self.control.expect(within, **claim)
        if not verdict:
            raise AssertionError(str(verdict))

    def sockets(self) -> list[dict[str, Any]]:
        """The kernel's sockets of this gateway, of both ends."""
        return self.control.sockets()

    def restart(self) -> None:
        """Restarts the gateway: connections end, leaked sockets go, the API light turns green."""
        self.control.command("restart")

    def transcript(self) -> str:
        """Everything that passed so far, readable."""
        return self.control.transcript()

    def log(self) -> str:
        """The live log of the program."""
        if self._folder is None:
            return ""
        return (Path(self._folder.name) / "log").read_text(errors="replace")

    def _announced(self, words: str) -> str | None:
        """What the program prints behind these words; ``None`` when it ends without."""
        assert self._process is not None and self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(words):
                return line[len(words) :].strip()
        return None

    def _running(self) -> None:
        if self._process is None:
            raise GatewayError("this gateway does not run")
        status = self._process.poll()
        if status is not None:
            raise GatewayError(f"fakegw has ended with status {status}:\n{self.log()}")

    def _clean(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Lets the kernel end the gateway when the test program is killed."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def transcript_or_log(gateway: Gateway) -> str:
    """What is known of a gateway, also when it has ended."""
    try:
        return gateway.transcript()
    except (ControlError, GatewayError):
        return gateway.log()
