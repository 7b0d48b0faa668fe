"""Steers a running gateway through its live page, as a person with a mouse and a keyboard does, while
real clients connect to it."""

import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

from browser import Browser

TIMELINE = "livePage.timeline"
CLIENT = pathlib.Path(__file__).with_name("live_client.py")
DEADLINE = 30  # seconds for anything that is waited for; a loaded machine is slow


def check(claim, holds):
    if not holds:
        raise SystemExit(f"error: {claim}: not so")


class Gateway:
    """fakegw serve, with its ports as it prints them."""

    def __init__(self, fakegw, *options, control="127.0.0.1:0"):
        self.process = subprocess.Popen(
            [fakegw, "serve", "--listen", "127.0.0.1:0", "--control", control, "--quiet", *options],
            stdout=subprocess.PIPE, text=True)
        self.port = int(self.line("listening on").rsplit(":", 1)[1])
        self.control = self.line("control on").rsplit("/", 1)[1]

    def line(self, start):
        line = self.process.stdout.readline().strip()
        check(f"serve says where it is: '{line}'", line.startswith(start))
        return line

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(DEADLINE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Client:
    """A real ib_async program."""

    def __init__(self, port, client_id, timeout=20):
        self.process = subprocess.Popen(
            [sys.executable, CLIENT, str(port), str(client_id), str(timeout)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Page:
    def __init__(self, browser):
        self.browser = browser

    def ask(self, expression):
        return self.browser.ask(expression)

    def until(self, claim, condition):
        """Waits until a condition on the page holds."""
        holds = self.ask(
            "new Promise((done) => { const end = performance.now() + %d; const look = () => {"
            " if (%s) done(true); else if (performance.now() > end) done(false);"
            " else setTimeout(look, 15); }; look(); })" % (DEADLINE * 1000, condition))
        if not holds:
            print(self.ask("document.body.innerText"), file=sys.stderr)
        check(claim, holds)

    def until_text(self, selector, text):
        self.until(f"{selector} says '{text}'", (
            f"[...document.querySelectorAll({json.dumps(selector)})].some((e) => !e.hidden && e.textContent.replaceAll('\\u00a0', ' ').includes({json.dumps(text)}))"))

    def press(self, text, scope="body"):
        """Clicks on the button with this text or name."""
        found = (
            f"[...document.querySelectorAll({json.dumps(scope)} + ' button')].find((e) => e.getClientRects().length"
            f" && (e.textContent.trim() === {json.dumps(text)} || e.ariaLabel === {json.dumps(text)} || e.title === {json.dumps(text)}))")
        self.until(f"there is a button '{text}'", f"(() => {{ const e = {found}; return e && !e.disabled; }})()")
        x, y, is_free = self.ask(
            f"(() => {{ const e = {found}; e.scrollIntoView({{block: 'nearest'}}); const b = e.getBoundingClientRect();"
            " const [x, y] = [b.left + b.width / 2, b.top + b.height / 2];"
            " return [x, y, e.contains(document.elementFromPoint(x, y))]; })()")
        check(f"nothing lies over the button '{text}'", is_free)
        self.browser.click(x, y)

    def press_key(self, text, scope="body"):
        """Gives a button the focus, and presses Enter."""
        self.until(f"'{text}' takes the focus", (
            f"(() => {{ const e = [...document.querySelectorAll({json.dumps(scope)} + ' button')].find((e) =>"
            f" e.textContent.trim() === {json.dumps(text)}); e?.focus(); return document.activeElement === e; }})()"))
        self.browser.key("Enter", "\r")

    def write(self, selector, text):
        """Replaces what a field holds."""
        self.ask(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus(); e.select(); }})()")
        self.browser.write(text)

    def event(self, test):
        """The index of the first event that fits, once it has come."""
        self.until(f"an event with {test} comes", f"{TIMELINE}.events.some((e) => {test})")
        return self.ask(f"{TIMELINE}.events.findIndex((e) => {test})")

    def click_event(self, test):
        """Zooms to an event, and clicks on its mark."""
        self.ask(f"{TIMELINE}.follow(false)")
        self.ask(
            f"(() => {{ const t = {TIMELINE}; const i = {self.event(test)}; const u = t.story.clock.unit(i);"
            " t.canvas.scrollIntoView({block: 'center'}); t.show(u - 0.003, u + 0.003); t.reveal(i); })()")
        self.browser.settle()
        place = self.ask(f"{TIMELINE}.placeOf({TIMELINE}.events.findIndex((e) => {test}))")
        check(f"the event with {test} is drawn", place)
        self.browser.click(place["x"], place["y"])


def lane(number):
    return f"{TIMELINE}.story.lanes.find((l) => l.kind === 'connection' && l.label === '#{number}')"


def frame(*fields):
    body = "".join(f"{field}\0" for field in fields).encode()
    return len(body).to_bytes(4, "big") + body


def bare_client(port, client_id, capabilities=""):
    """A connection that says hello and startApi, without a library."""
    versions = b"v100..176"
    client = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
    client.sendall(b"API\0" + len(versions).to_bytes(4, "big") + versions)
    client.recv(100)
    client.sendall(frame(71, 2, client_id, capabilities))
    return client


def tell_the_story(page, gateway):
    """A light that turns red and green again, as three clients see it."""
    browser = page.browser
    page.until_text(".status", "live")
    page.until_text(".state", "green, listening")
    page.until_text(".ills .none", "Nothing is wrong with it.")
    page.until("the gateway's lane is there", f"{TIMELINE}.lanes.some((l) => l.kind === 'gateway' && l.state === 'green')")
    first = Client(gateway.port, 1)
    check("the first client connects", first.hear() == "connected")
    page.until("it has a lane", f"{lane(1)}?.phase === 'synchronized'")
    page.until_text(".connections", "client 1 · synchronized")
    page.until_text(".sockets", "1 × ESTABLISHED · gateway")
    page.until("its sockets have lanes", f"{TIMELINE}.lanes.some((l) => l.kind === 'kernel' && l.label === 'ESTABLISHED · client')")

    page.press("Redden")
    page.until_text(".state", "RED: accepts, does not answer")
    page.until("the lane of the light is red", f"{TIMELINE}.lanes.some((l) => l.kind === 'gateway' && l.state === 'red')")
    check("the title says so", page.ask("document.title.startsWith('RED')"))
    with Client(gateway.port, 2, timeout=2) as second:
        page.until("the second client is seen connected", f"{lane(2)}?.state === 'open'")
        page.until("it has asked", f"{lane(2)}.toGateway.length > 0")
        page.until_text(".connections", "#2")
        check("it gives up by itself", second.hear() == "failed: TimeoutError()")
    page.until("it got no answer", f"{lane(2)}.toClient.length === 0 && {lane(2)}.state === null")
    page.press_key("Heal")
    page.until_text(".state", "green, listening")
    third = Client(gateway.port, 3)
    check("a third client connects", third.hear() == "connected")
    page.until("it is answered", f"{lane(3)}?.phase === 'synchronized'")
    return first, third


def look_closer(page):
    """Messages, filter, dark colours."""
    browser = page.browser
    page.click_event("e.name === 'startApi'")
    page.until_text(".tl-detail h3", "→ startApi")
    check("a message opens with its fields", page.ask(
        "[...document.querySelectorAll('.tl-fields th')].some((e) => e.textContent === 'clientId')"))
    browser.key("Escape")
    check("Escape closes it", page.ask("document.querySelector('.tl-detail').hidden"))
    page.write(".tl-tools input", "startApi")
    check("a message's name filters the messages", page.ask(
        f"[...{TIMELINE}.shown.values()].flatMap((l) => l.toGateway).every((i) => {TIMELINE}.events[i].name === 'startApi')"))
    page.ask(f"{TIMELINE}.setFilter({{text: ''}})")
    page.press("#3", ".connections")
    check("a connection is shown alone", page.ask(f"{TIMELINE}.lanes.filter((l) => l.kind === 'connection').length") == 1)
    page.press("#3", ".connections")
    check("and all are again", page.ask(f"{TIMELINE}.lanes.filter((l) => l.kind === 'connection').length") == 3)
    light = page.ask("getComputedStyle(document.documentElement).backgroundColor")
    browser.colours("dark")
    check("the page has dark colours", page.ask("getComputedStyle(document.documentElement).backgroundColor") != light)
    check("so has the drawing", page.ask(f"({TIMELINE}.draw(), {TIMELINE}.colours.back)") == "#171b22")
    browser.colours("light")
    unnamed = page.ask(
        "[...document.querySelectorAll('button, input, select, textarea, [role=img]')].filter((e) => e.getClientRects().length"
        " && !(e.ariaLabel || e.labels?.length || e.textContent.trim())).map((e) => e.outerHTML)")
    check(f"every control has a name: {unnamed}", unnamed == [])
    page.ask(f"{TIMELINE}.follow(true)")


def make_ill(page, third):
    """A fault of one's own, and a pathology of the catalogue."""
    page.press("Arm a fault…")
    page.write(".sheet textarea", "when: {message: {type: placeOrdr}}\ndo: rst")
    page.press("Arm it")
    page.until_text(".sheet .problem", "did you mean 'placeOrder'?")
    page.write(".sheet .pair input", "placeOrder")
    check("the fields write the text", "type: placeOrder" in page.ask("document.querySelector('.sheet textarea').value"))
    page.press("Arm it")
    page.until_text(".ill b", "fault-")
    check("the form is gone", not page.ask("!!document.querySelector('dialog')"))
    third.tell("order")
    check("the third client is cut off", third.hear() == "disconnected")
    page.until_text(".ills", "acted 1 ×")
    page.event("e.event === 'rst' && e.connection === 3")
    page.press("Remove " + page.ask("document.querySelector('.ill b').textContent"))
    page.until_text(".ills .none", "Nothing is wrong with it.")

    page.press("Make ill…")
    page.until_text(".catalogue-list", "leaked-close-wait")
    every = page.ask("document.querySelectorAll('.catalogue-row').length")
    page.write(".catalogue input", "close_wait slots")
    page.until("a search leaves few", f"document.querySelectorAll('.catalogue-row').length < {every} / 4")
    page.ask("[...document.querySelectorAll('.catalogue-row')].find((e) => e.firstChild.textContent === 'leaked-close-wait').focus()")
    page.browser.key("Enter", "\r")
    page.until_text(".catalogue-entry h3", "leaked-close-wait")
    field = "[...document.querySelectorAll('.catalogue-entry .field')].find((e) => e.innerText.startsWith('slots'))"
    page.ask(f"{field}.querySelector('input').focus()")
    page.browser.write("none")
    page.press("Make it ill")
    page.until_text(".catalogue-entry .problem", "the body cannot be read")
    page.ask(f"{field}.querySelector('input').select()")
    page.browser.write("3")
    page.press("Make it ill")
    page.until_text(".ills", "slots: 3")
    page.press("On or off")
    page.until("it is off", "document.querySelector('.ill.is-off .switch[aria-checked=false]')")
    page.press("On or off")
    page.until("it is on", "document.querySelector('.ill:not(.is-off) .switch[aria-checked=true]')")
    page.press("Change")
    page.until_text(".catalogue-entry h3", "leaked-close-wait")
    page.ask(f"{field}.querySelector('input').select()")
    page.browser.write("5")
    page.press("Change it")
    page.until_text(".ills", "slots: 5")
    page.press("Make well")
    page.until_text(".ills .none", "Nothing is wrong with it.")


def give_orders(page, gateway, folder):
    """Commands, an expectation, the end of a connection, files; what the API refuses, in words."""
    page.press("Lose server")
    page.until("the broker is lost", "document.querySelector('.numbers .is-bad')?.innerText.includes('lost')")
    page.press("Restore server")
    page.until("the broker is back", "!document.querySelector('.numbers .is-bad')")
    page.press("More…")
    page.until_text(".command", "set-farm")
    page.write("[aria-label='set-farm: farm']", "moonfarm")
    page.write("[aria-label='set-farm: state']", "broken")
    page.press("set-farm")
    page.until_text(".sheet .problem", "'moonfarm'")
    page.write("[aria-label='set-farm: farm']", "usfarm")
    page.press("set-farm")
    page.event("e.event === 'commanded' && e.command.includes('usfarm')")
    page.write("[aria-label='Expectation, as a scenario has it']", "{received: startApi, count: 2}")
    page.press("Judge it")
    page.until_text(".verdict .holds", "✓")
    page.write("[aria-label='Expectation, as a scenario has it']", "{received: startApi, count: 9}")
    page.press("Judge it")
    page.until_text(".verdict .fails", "seen:")
    page.press("Let nothing more pass on connection 1")
    page.until_text(".connections", "silent")
    page.press("Make well")
    page.until("it is heard again", "!document.querySelector('.connections').textContent.includes('silent')")
    page.press("Abort connection 1")
    page.until("the connection is gone", f"{lane(1)}.state === null && !document.querySelector('.connection')")
    page.press("↓ Capture")
    page.until_text(".problem-bar", "start with --pcap")
    page.press("Close", ".problem-bar")
    page.browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder), eventsEnabled=True)
    page.press("↓ Transcript")
    while page.browser.wait_for("Browser.downloadProgress")["state"] != "completed":
        pass
    check("the transcript tells of the session", "startApi" in (folder / "fakegw.transcript.txt").read_text())
    hostile = "</script><img src=x onerror=isBroken=1>"
    with bare_client(gateway.port, 66, hostile):
        page.click_event("JSON.stringify(e.fields ?? '').includes('isBroken')")
        page.until_text(".tl-fields td", hostile)
        check("markup of a client is text", page.ask("globalThis.isBroken === undefined"))
        page.browser.key("Escape")
        page.ask(f"{TIMELINE}.follow(true)")
    page.press("Restart")
    page.event("e.event === 'restarted'")
    page.until_text(".state", "green, listening")


def change_the_world(page, gateway):
    """Prices, orders, positions, accounts and the clock, looked at and changed."""
    row = "[...document.querySelectorAll('.world-row')].find((e) => e.querySelector('b').textContent.includes('%s'))"
    check("the world is closed, so that nobody asks for it", page.ask("document.querySelector('.world-rows').hidden"))
    page.press("Prices", ".world")
    page.until_text(".world-row b", "AAPL")
    page.write("[aria-label='Filter the world']", "aapl stk")
    page.until("a filter leaves one contract", "document.querySelectorAll('.world-row').length === 1")
    page.press("Set AAPL")
    page.until("what is known is filled in", "document.querySelector('.sheet input').value === '265598'")
    page.browser.write("bogus")
    page.press("Tell it")
    page.until_text(".sheet .problem", "the body cannot be read")
    page.ask("document.querySelectorAll('.sheet input')[1].select()")
    page.browser.write("321")
    page.press("Tell it")
    page.until("the price has jumped", f"+({row % 'AAPL'}?.querySelectorAll('.value')[1].textContent ?? 0) >= 315")
    page.press("Halt AAPL")
    page.until_text(".world-row .note", "halted")
    page.press("Resume AAPL")
    page.until("it is traded again", "![...document.querySelectorAll('.world-row .note')].some((e) => e.textContent)")
    page.press("Orders", ".world")
    page.write("[aria-label='Filter the world']", "BUY")
    page.until("open orders are listed", "[...document.querySelectorAll('.world-row b')].some((e) => e.textContent.startsWith('BUY'))")
    orders = page.ask("document.querySelectorAll('.world-row').length")
    page.press("Fill", ".world-row")
    page.until("an order is filled", f"document.querySelectorAll('.world-row').length === {orders} - 1")
    page.press("Cancel…", ".world-row")
    page.until_text(".sheet h2", "cancel-order")
    page.browser.write("no, not today: sorry")
    page.press("Tell it")
    page.event("e.event === 'commanded' && e.command.includes('no, not today: sorry')")
    page.press("Positions", ".world")
    page.write("[aria-label='Filter the world']", "aapl")
    page.until("the position is shown", f"{row % 'AAPL'}")
    held = page.ask(f"Number({row % 'AAPL'}.querySelector('.value').textContent.replaceAll(',', ''))")
    page.press("Drift AAPL")
    page.until_text(".sheet h2", "drift-position")
    page.browser.write("-7")
    page.press("Tell it")
    page.until("the position has drifted", f"Number({row % 'AAPL'}.querySelector('.value').textContent.replaceAll(',', '')) === {held} - 7")
    page.press("Accounts", ".world")
    page.write("[aria-label='Filter the world']", "")
    page.until("the account is shown", "document.querySelectorAll('.world-row').length === 1")
    page.press("Set cash…", ".world-row")
    page.until_text(".sheet h2", "set-cash")
    page.browser.write("1234567")
    page.press("Tell it")
    page.until_text(".world-row .about", "1,234,567")
    page.press("Stop clock")
    page.until_text(".world .clock", "stands still")
    page.press("Start clock")
    page.until("the clock goes on", "!document.querySelector('.world .clock').textContent.includes('stands still')")
    page.press("Accounts", ".world")
    check("pressed again, it is closed", page.ask("document.querySelector('.world-rows').hidden"))


def crowd(page, gateway):
    """50 connections, and one that streams."""
    page.ask(f"{TIMELINE}.follow(true)")
    with Client(gateway.port, 99) as streaming:
        check("a client connects after the restart", streaming.hear() == "connected")
        crowd = [bare_client(gateway.port, 100 + number) for number in range(50)]
        streaming.tell("stream")
        check("it streams", streaming.hear() == "streaming")
        page.until("every connection is listed", "document.querySelectorAll('.connection').length === 51")
        page.until_text(".count-row", "tickPrice")
        check("no tick is sent unasked", page.ask(f"{TIMELINE}.events.some(isTick)") is False)
        # The bound is another one here, so that the test need not stream for minutes.
        page.ask(f"{TIMELINE}.options.mostEvents = 200")
        page.press("Ticks")
        page.until("ticks come when they are wanted", f"{TIMELINE}.events.filter(isTick).length > 20")
        page.until("older ones go", f"(globalThis.most = Math.max(globalThis.most ?? 0, {TIMELINE}.events.length)) >= 170"
                   f" && {TIMELINE}.events.length < globalThis.most")
        check("the page keeps a bounded number of events", page.ask("globalThis.most") <= 200)
        page.until("it follows the end", f"{TIMELINE}.view.to >= {TIMELINE}.story.clock.end")
        check("what stands close is folded into few marks", page.ask(f"({TIMELINE}.draw(), {TIMELINE}.hits.length)") < 3000)
        page.press("Redden")
        page.until_text(".state", "RED: accepts, does not answer")
        page.press("Make well")
        page.until_text(".state", "green, listening")
        page.browser.resize(390, 844, phone=True)
        check("nothing is wider than a narrow window", page.ask("document.documentElement.scrollWidth") <= 390)
        page.press("Make ill…")
        page.until_text(".catalogue-list", "leaked-close-wait")
        check("nor is a form", page.ask("document.documentElement.scrollWidth") <= 390)
        page.press("Close", ".sheet")
        page.press("Ticks")
        page.browser.resize(1280, 900)
        for client in crowd:
            client.close()
    page.until("the crowd has gone", "!document.querySelector('.connection')")


def lose_it(page, gateway, fakegw):
    """A gateway that ends, and another one in its place."""
    gateway.end()
    page.until_text(".status", "the gateway is gone; trying again")
    with Gateway(fakegw, control=gateway.control) as next_one:
        page.until_text(".status", "live")
        page.until_text(".notice", "started anew")
        page.until("nothing of the earlier run is left", f"{TIMELINE}.events.length > 0 && !{lane(1)}")
        page.until_text(".numbers", f"127.0.0.1:{next_one.port}")


def check_token(page, fakegw):
    with Gateway(fakegw, "--control-token", "open-sesame") as gateway:
        page.browser.open(f"http://{gateway.control}/")
        page.until_text(".sheet", "A token is needed")
        page.browser.write("guess")
        page.browser.key("Enter", "\r")
        page.until_text(".sheet .problem", "a token is needed")
        page.write(".sheet input", "open-sesame")
        page.browser.key("Enter", "\r")
        page.until_text(".status", "live")
        page.ask("sessionStorage.clear()")
        page.browser.open(f"http://{gateway.control}/?token=open-sesame")
        page.until_text(".status", "live")
        check("the token does not stay in the address", page.ask("location.search") == "")


def take_pictures(page, fakegw, folder):
    """A gateway whose connections leak, and a client that finds none left."""
    browser = page.browser
    with Gateway(fakegw) as gateway:
        browser.resize(1280, 960)
        browser.open(f"http://{gateway.control}/")
        page.until_text(".status", "live")
        page.ask("livePage.act(() => livePage.server.send('POST', livePage.path('pathologies'), {use: 'leaked-close-wait', with: {slots: '3'}}))")
        page.ask("livePage.act(() => livePage.server.send('POST', livePage.path('faults'),"
                 " '{name: slow-orders, when: {message: {type: placeOrder}}, optional: true, do: {delay: 300ms}}'))")
        with Client(gateway.port, 1) as trader:
            check("the trader connects", trader.hear() == "connected")
            trader.tell("order")
            page.event("e.name === 'orderStatus' && e.connection === 1")
            trader.tell("stream")
            check("it streams", trader.hear() == "streaming")
            for number in (2, 3, 4):
                with Client(gateway.port, number) as visitor:
                    check("a visitor connects", visitor.hear() == "connected")
                    visitor.process.stdin.close()
                    page.until("its socket is kept", f"{lane(number)}?.state === 'held'")
            page.until_text(".sockets", "3 × CLOSE_WAIT")
            with Client(gateway.port, 5) as late:
                page.until("the next one is not answered", f"{lane(5)}?.state === 'open'")
                page.until("time has gone on", f"{TIMELINE}.story.clock.now > {TIMELINE}.story.clock.times.at(-1) + 1")
                page.until("nothing lies over it", "document.querySelector('.notice').hidden")
                browser.picture(folder / "live.png")
                browser.colours("dark")
                browser.resize(1160, 800)
                page.press("Make ill…")
                page.until_text(".catalogue-list", "leaked-close-wait")
                page.write(".catalogue input", "hang")
                browser.settle()
                browser.picture(folder / "live-catalogue.png")
                page.press("Close", ".sheet")
                browser.resize(390, 844, scale=2, phone=True)
                browser.picture(folder / "live-narrow.png")
                show_world(page, folder / "live-world-narrow.png")
                browser.colours("light")
                browser.resize(1280, 760)
                show_world(page, folder / "live-world.png")


def show_world(page, path):
    """The world with a halted contract, in the middle of the window."""
    if page.ask("document.querySelector('.world-rows').hidden"):
        page.press("Prices", ".world")
        page.until_text(".world-row b", "AAPL")
        page.press("Halt AAPL")
        page.until_text(".world-row .note", "halted")
        page.until("nothing lies over it", "document.querySelector('.notice').hidden")
    page.ask("document.querySelector('.world').scrollIntoView({block: 'center'})")
    page.browser.settle()
    page.browser.picture(path)


def expected(complaint):
    """What the browser itself logs of answers that are refused on purpose."""
    return complaint.startswith("Failed to load resource") and any(
        f"status of {status}" in complaint for status in (400, 401, 409))


def main():
    fakegw, pictures = sys.argv[1], sys.argv[2:]
    with Browser() as browser, tempfile.TemporaryDirectory() as folder:
        page = Page(browser)
        browser.resize(1280, 900)
        with Gateway(fakegw, "--set", "max-clients=60") as gateway:
            browser.open(f"http://{gateway.control}/")
            first, third = tell_the_story(page, gateway)
            with first, third:
                look_closer(page)
                make_ill(page, third)
                give_orders(page, gateway, pathlib.Path(folder))
                change_the_world(page, gateway)
            crowd(page, gateway)
            check_token(page, fakegw)
            complaints = [each for each in browser.complaints if not expected(each)]
            check(f"nothing is complained about: {complaints}", complaints == [])
            browser.open(f"http://{gateway.control}/")
            page.until_text(".status", "live")
            page.until("it tells of the past", f"{lane(1)}")
            lose_it(page, gateway, fakegw)
        if pictures:
            take_pictures(page, fakegw, pathlib.Path(pictures[0]))
        asked = {url for url in browser.requests if not url.startswith(("http://127.0.0.1:", "blob:", "data:", "about:"))}
        check(f"nothing is asked of others: {asked}", not asked)
    print("a gateway is watched and steered in a browser, at 1280 and at 390 pixels")


main()
