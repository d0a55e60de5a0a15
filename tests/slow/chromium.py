"""A headless Chromium with networking off, driven over a pipe by the DevTools protocol."""

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

_SWITCHES = (
    "--headless",
    "--no-sandbox",  # root cannot have one
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # Networking off: no name is known, and what asks for an address meets a closed port. Only a
    # server of the test itself, on 127.0.0.1, answers.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--proxy-server=127.0.0.1:9",
    "--remote-debugging-pipe",
)
# The browser reads commands from the first of these file descriptors and answers on the second.
_COMMANDS, _ANSWERS = 3, 4
_PATIENCE = 30  # seconds


class Browser:
    """A running Chromium with a profile of its own; a context manager that ends it."""

    def __init__(self) -> None:
        assert PROGRAM is not None
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        # In this order: the ends of the browser can then not overwrite each other as they move.
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        log = Path(self._profile, "log")
        writing = os.O_WRONLY | os.O_CREAT
        self._process = os.posix_spawn(
            PROGRAM,
            [PROGRAM, *_SWITCHES, f"--user-data-dir={self._profile}", "about:blank"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, commands, _COMMANDS),
                (os.POSIX_SPAWN_DUP2, answers, _ANSWERS),
                (os.POSIX_SPAWN_OPEN, 1, str(log), writing, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        os.close(commands)
        os.close(answers)
        self._unread = b""
        self._number = 0
        self._replies: dict[int, dict[str, Any]] = {}
        self._pages: dict[str, Page] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._commands)
        os.close(self._answers)
        shutil.rmtree(self._profile, ignore_errors=True)

    def open(
        self, address: str, *, width: int = 1280, height: int = 800, dark: bool = False
    ) -> "Page":
        """Return a new page that has loaded an address; what its scripts do may take longer.

        ``width`` and ``height`` are those of the window in pixels. ``dark`` is what the page is
        told of ``prefers-color-scheme``.
        """
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        page = Page(self, attached["sessionId"])
        self._pages[attached["sessionId"]] = page
        for domain in ("Network", "Runtime", "Log", "Page"):
            page.call(f"{domain}.enable")
        window = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        page.call("Emulation.setDeviceMetricsOverride", window)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.call("Emulation.setEmulatedMedia", {"features": [scheme]})
        page.go(address)
        return page

    def call(
        self, method: str, parameters: dict[str, Any] | None = None, session: str | None = None
    ) -> dict[str, Any]:
        """Return the result of a command of the protocol. Raises RuntimeError where it fails."""
        self._number += 1
        number = self._number
        command = {"id": number, "method": method, "params": parameters or {}}
        if session is not None:
            command["sessionId"] = session
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        end = time.monotonic() + _PATIENCE
        while number not in self._replies:
            self.listen(end)
        reply = self._replies.pop(number)
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']['message']}")
        result: dict[str, Any] = reply["result"]
        return result

    def listen(self, end: float) -> None:
        """Take in what the browser says next, up to an end in ``time.monotonic`` seconds.

        Raises TimeoutError where it says nothing, EOFError where it has ended.
        """
        if not select.select([self._answers], [], [], max(0.0, end - time.monotonic()))[0]:
            raise TimeoutError("chromium says nothing")
        said = os.read(self._answers, 1 << 20)
        if not said:
            raise EOFError(f"chromium has ended: {Path(self._profile, 'log').read_text()}")
        *messages, self._unread = (self._unread + said).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self._replies[message["id"]] = message
            elif message.get("sessionId") in self._pages:
                self._pages[message["sessionId"]].hear(message["method"], message["params"])


@dataclass(slots=True)
class Page:
    """One page of a browser.

    ``requests`` are the addresses it asked for, ``problems`` the requests that failed, the
    exceptions no script caught, and the warnings and errors in its console, a line each.
    """

    browser: Browser
    session: str
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    _pending: dict[str, str] = field(default_factory=dict)
    _loads: int = 0

    def go(self, address: str) -> None:
        """Load an address, or show another part of the page where only the fragment differs."""
        loads = self._loads
        arrived = self.call("Page.navigate", {"url": address})
        if "errorText" in arrived:
            raise RuntimeError(f"{address}: {arrived['errorText']}")
        end = time.monotonic() + _PATIENCE
        while "loaderId" in arrived and self._loads == loads:
            self.browser.listen(end)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is waited for.

        Raises RuntimeError with what the expression throws.
        """
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.call("Runtime.evaluate", asked)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {_exception(answer['exceptionDetails'])}")
        return answer["result"].get("value")

    def wait_for(self, expression: str) -> Any:
        """Return the value of a JavaScript expression once it is true.

        Raises TimeoutError, with the page's problems, where it does not become true.
        """
        end = time.monotonic() + _PATIENCE
        while not (value := self.evaluate(expression)):
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {expression}; problems: {self.problems}")
            time.sleep(0.02)
        return value

    def settle(self) -> None:
        """Wait until no request is under way and a tenth of a second has brought no new one."""
        end = time.monotonic() + _PATIENCE
        known = -1
        while self._pending or known != len(self.requests):
            if time.monotonic() > end:
                raise TimeoutError(f"still under way: {list(self._pending.values())}")
            known = len(self.requests)
            self.evaluate("new Promise(done => setTimeout(done, 100))")

    def point(self, selector: str) -> None:
        """Move the mouse to the middle of the first visible element that a selector finds."""
        self._mouse("mouseMoved", selector)

    def click(self, selector: str) -> None:
        """Click on the middle of the first visible element that a selector finds."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self._mouse(kind, selector)

    def screenshot(self, path: Path) -> None:
        """Write a picture of what the window shows, as PNG: a high window shows a whole page.

        To look beyond the window would change its size, to which the page's scripts respond.
        """
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self) -> None:
        """Close the page; what was heard of it stays."""
        self.call("Page.close")

    def call(self, method: str, parameters: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the result of a command of the protocol. Raises RuntimeError where it fails."""
        return self.browser.call(method, parameters, self.session)

    def _mouse(self, kind: str, selector: str) -> None:
        left, top = self.evaluate(
            f"""(() => {{
                const element = [...document.querySelectorAll({json.dumps(selector)})]
                    .find(element => element.getClientRects().length);
                element.scrollIntoView({{block: "nearest"}});
                const box = element.getBoundingClientRect();
                return [box.left + box.width / 2, box.top + box.height / 2];
            }})()"""
        )
        event = {"type": kind, "x": left, "y": top, "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", event)

    def hear(self, method: str, event: dict[str, Any]) -> None:
        """Take in an event of the protocol."""
        match method:
            case "Network.requestWillBeSent":
                address = event["request"]["url"]
                self.requests.append(address)
                self._pending[event["requestId"]] = address
            case "Network.loadingFinished":
                self._pending.pop(event["requestId"], None)
            case "Network.loadingFailed":
                address = self._pending.pop(event["requestId"], "unknown address")
                self.problems.append(f"{address}: {event['errorText']}")
            case "Network.responseReceived" if event["response"]["status"] >= 400:
                response = event["response"]
                self.problems.append(f"{response['url']}: status {response['status']}")
            case "Runtime.exceptionThrown":
                self.problems.append(_exception(event["exceptionDetails"]))
            case "Runtime.consoleAPICalled" if event["type"] in ("error", "warning", "assert"):
                said = (str(one.get("value", one.get("description"))) for one in event["args"])
                self.problems.append(f"console.{event['type']}: {' '.join(said)}")
            case "Log.entryAdded" if event["entry"]["level"] in ("error", "warning"):
                entry = event["entry"]
                self.problems.append(f"{entry.get('url', entry['source'])}: {entry['text']}")
            case "Page.loadEventFired":
                self._loads += 1


def _exception(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return str(thrown.get("description", thrown.get("value", details["text"])))
