"""Opens the pages that check-pages has made, uses them as a person does, and looks at what comes."""

import json
import pathlib
import sys

from browser import Browser

TIMELINE = "document.querySelector('.timeline').timeline"


def check(claim, holds):
    if not holds:
        raise SystemExit(f"error: {claim}: not so")


class Page:
    def __init__(self, browser, path):
        self.browser = browser
        self.path = path

    def open(self, place=""):
        # Another place of the same file is no new page.
        self.browser.open("about:blank")
        self.browser.open(f"file://{self.path}{place}")
        self.browser.settle()

    def open_scenario(self, title):
        self.open("#/")
        self.ask(
            "[...document.querySelectorAll('.rows .title a')]"
            f".find((link) => link.textContent === {json.dumps(title)}).click()")
        self.browser.settle()

    def ask(self, expression):
        return self.browser.ask(expression)

    def texts(self, selector):
        return self.ask(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.textContent)")

    def titles(self):
        return self.texts(".rows .title a")

    def place(self, test):
        """Where the first event that fits is drawn, brought into view."""
        self.ask(f"{TIMELINE}.canvas.scrollIntoView({{block: 'center'}})")
        index = self.ask(f"{TIMELINE}.events.findIndex((e) => {test})")
        check(f"there is an event with {test}", index >= 0)
        self.ask(f"{TIMELINE}.reveal({index})")
        self.browser.settle()
        place = self.ask(f"{TIMELINE}.placeOf({index})")
        check(f"the event with {test} is drawn", place)
        return index, place

    def span(self):
        return self.ask(f"{TIMELINE}.view.to - {TIMELINE}.view.from")

    def pixels(self):
        """How many different colours the lanes show."""
        return self.ask(
            f"(() => {{ const c = {TIMELINE}.canvas; const d = new Uint32Array(c.getContext('2d')"
            ".getImageData(0, 0, c.width, c.height).data.buffer); return new Set(d).size; })()")


def check_overview(page, width):
    page.open("#/")
    titles = page.titles()
    check("every scenario has its row", len(titles) == 3)
    check("what failed comes first", titles[0] == "third-visit-finds-no-slot")
    check("the row says why", "program#3 exits with 0 — seen: it exited with 2" in page.texts(".rows .why"))
    check("the verdicts are counted", page.texts("h1") == ["1 failed, 2 passed"])
    check("earlier verdicts are shown", len(page.texts(".past")) == 3 and page.ask(
        "document.querySelectorAll('.past')[0].children.length") == 2)
    page.browser.click_on(".tools button.is-passed")
    check("a verdict filters the rows", len(page.titles()) == 2)
    page.browser.click_on(".tools button.is-passed")
    page.browser.click_on(".tools input")
    page.browser.write("THIRD slot")
    check("a search filters the rows", page.titles() == ["third-visit-finds-no-slot"])
    check(
        "nothing is wider than the window",
        page.ask("document.documentElement.scrollWidth") <= width)
    page.browser.click_on(".rows .title a")
    check("a row opens its scenario", page.texts("h1") == ["third-visit-finds-no-slot"])


def check_scenario(page, width):
    browser = page.browser
    seen = page.texts(".failure .seen")
    check(f"what failed is shown with what was seen, {seen}", seen == [
        "seenit exited with 2", 'seenlast said: "API connection failed: TimeoutError()"'])
    check("the command repeats it", "--title 'third-visit-finds-no-slot' --seed 1" in page.texts(".command code")[0])
    colours = page.pixels()
    check(f"the timeline is drawn, in {colours} colours", colours > 40)
    lanes = page.ask(f"{TIMELINE}.lanes.map((lane) => lane.kind)")
    check("every kind of lane is there", [lane for lane in lanes if lane != "kernel"] == [
        "steps", "program", "program", "program", "connection", "connection", "connection",
        "gateway", "faults"])
    # Whether a socket is seen in FIN_WAIT1 is chance.
    check("the kernel's sockets have lanes", lanes.count("kernel") in (2, 3))
    check("nothing is wider than the window", page.ask("document.documentElement.scrollWidth") <= width)
    check(
        "a connection without an answer says so",
        page.ask(f"{TIMELINE}.lanes.filter((l) => l.kind === 'connection').map((l) => l.toClient.length > 0)") == [True, True, False])

    _, place = page.place("e.name === 'startApi'")
    whole = page.span()
    browser.wheel(place["x"], place["y"], -400)
    check("the wheel zooms", page.span() < whole * 0.7)
    _, after = page.place("e.name === 'startApi'")
    check("it zooms about the pointer", abs(after["x"] - place["x"]) < 3)
    start = page.ask(f"{TIMELINE}.view.from")
    browser.drag(after["x"], after["y"], -60)
    check("dragging moves", page.ask(f"{TIMELINE}.view.from") > start)
    browser.click_on(".tl-ruler")
    for key in ("+", "+"):
        browser.key(key)
    near = page.span()
    browser.key("-")
    check("keys zoom", page.span() > near)
    browser.key("0")
    check("0 shows everything", abs(page.span() - whole) < whole * 0.01)
    browser.key("q")
    check("q unfolds the quiet time", page.span() > 2 * whole)
    browser.key("q")

    index, place = page.place("e.event === 'fault' && e.action === 'mute'")
    browser.click(place["x"], place["y"])
    check("a click opens the event", page.texts(".tl-detail h3") == ["leaked-close-wait/starve"])
    browser.ask(f"{TIMELINE}.zoom(0.05, {TIMELINE}.story.clock.unit({TIMELINE}.events.findIndex((e) => e.name === 'startApi')))")
    _, place = page.place("e.name === 'startApi'")
    browser.click(place["x"], place["y"])
    check("a message opens with its fields", page.texts(".tl-detail h3") == ["→ startApi"]
          and "clientId" in page.texts(".tl-fields th") and "1" in page.texts(".tl-fields td"))
    browser.key("n")
    check("n goes on to the next event", page.texts(".tl-detail h3") != ["→ startApi"])
    browser.key("Escape")
    check("Escape closes it", page.ask("document.querySelector('.tl-detail').hidden"))
    browser.click_on(".failure .where a")
    check("a failure shows its place", page.texts(".tl-detail h3") == ["expectation"])
    browser.key("Escape")

    shown = f"[...{TIMELINE}.shown.values()].reduce((sum, lane) => sum + lane.toClient.length, 0)"
    every = page.ask(shown)
    browser.click_on(".tl-tools input")
    browser.write("openOrder")
    check("a message's name filters the messages", 0 < page.ask(shown) < every and set(page.ask(
        f"[...{TIMELINE}.shown.values()].flatMap((lane) => lane.toClient.map((i) => {TIMELINE}.events[i].name))")) == {"openOrder"})
    page.ask(f"{TIMELINE}.setFilter({{text: '', connection: 'gateway 2'}})")
    check("a connection filters the lanes", page.ask(f"{TIMELINE}.lanes.filter((l) => l.kind === 'connection').length") == 1)
    page.ask(f"{TIMELINE}.setFilter({{connection: ''}})")
    light = page.ask("getComputedStyle(document.body.parentElement).backgroundColor")
    browser.colours("dark")
    check("the page has dark colours", page.ask("getComputedStyle(document.body.parentElement).backgroundColor") != light)
    check("so has the timeline", page.ask(f"({TIMELINE}.draw(), {TIMELINE}.colours.back)") == "#171b22")
    browser.colours("light")
    browser.key("Escape")


def check_hostile(page):
    page.open_scenario("hostile-output")
    said = page.ask(f"{TIMELINE}.events.filter((e) => e.event === 'clientLine').map((e) => e.text)")
    check("markup in a program's output is text", any("</script><script>" in text for text in said)
          and any("<!--<script>" in text for text in said))
    check("and is run by nobody", page.ask("globalThis.isBroken === undefined"))
    _, place = page.place("e.event === 'clientLine' && e.text.includes('<img')")
    page.browser.click(place["x"], place["y"])
    check("it is shown as it is", any("<img" in text for text in page.texts(".tl-detail")))
    check("and makes no element", page.ask("document.querySelectorAll('img').length") == 0)


def check_large(page):
    """A streaming gateway with 50 connections, that comes in while somebody watches."""
    drawn, is_at_end, kept, end = page.ask("""(() => {
        const at = (s) => new Date(Date.UTC(2026, 0, 15, 14, 30) + s * 1000).toISOString().replace("Z", "000Z");
        const events = [];
        for (let i = 0; i < 20000; i += 1) {
          events.push({connection: 1 + i % 50, at: at(i / 400), gateway: "live", direction: "toClient", id: 1,
            name: i % 97 ? "tickPrice" : "error", encoding: "text", fields: {tickerId: 1, price: i}});
        }
        const element = document.createElement("section");
        document.getElementById("main").replaceChildren(element);
        const timeline = new Timeline(element, {events: events.slice(0, 10000), isLive: true});
        timeline.zoom(0.1);
        timeline.follow(true);
        for (let i = 10000; i < 20000; i += 500) timeline.append(events.slice(i, i + 500));
        timeline.draw();
        const result = [timeline.hits.length, timeline.view.to >= timeline.story.clock.end];
        timeline.options.mostEvents = 20000;
        timeline.append([{at: at(51), gateway: "live", connection: 1, event: "rst", by: "client"}]);
        timeline.draw();
        return [...result, timeline.events.length, timeline.story.clock.times.at(-1)];
    })()""")
    check("it follows what comes", is_at_end)
    check("it forgets the older half when there is too much", kept == 10000 and end == 51)
    check("what stands close is folded into few marks", 50 < drawn < 6000)


def check_diagnosis(page, width):
    page.open()
    check("the verdict is told", page.texts(".head .badge") == ["recognized"])
    check("the name is the title", page.texts("h1") == ["leaked-close-wait"])
    check("the finding has its certainty", page.texts(".incident h3") == ["1. leaked-close-waitcertain"])
    rows = page.texts(".evidence tr")
    check("the evidence names packets", len(rows) > 2 and all("packet" in row for row in rows))
    check("what clears it is told", "ends by" in page.texts(".incident dt"))
    check("a command shows it", "fakegw serve --pathology leaked-close-wait" in page.texts(".incident dd"))
    check("the timeline is drawn", page.pixels() > 20)
    check("every connection has its lane", page.ask(
        f"{TIMELINE}.lanes.filter((lane) => lane.kind === 'connection').length") == 3)
    check("nothing is wider than the window", page.ask("document.documentElement.scrollWidth") <= width)
    page.browser.click_on(".evidence tr[role=button]")
    check("evidence opens its event", not page.ask("document.querySelector('.tl-detail').hidden"))
    number = page.ask(f"{TIMELINE}.selected")
    said = page.ask("document.report.diagnosis.incidents[0].named[0].evidence[0].event")
    check("and it is the same event", number == said - 1)
    page.browser.key("Escape")
    check("Escape closes it", page.ask("document.querySelector('.tl-detail').hidden"))


def take_pictures(browser, page, folder):
    folder.mkdir(parents=True, exist_ok=True)
    browser.resize(1280, 1020)
    for name, scheme in (("report", "light"), ("report-dark", "dark")):
        browser.colours(scheme)
        page.open_scenario("third-visit-finds-no-slot")
        if scheme == "dark":
            index, _ = page.place("e.event === 'fault' && e.action === 'mute'")
            page.ask(f"{TIMELINE}.select({index})")
            page.ask("scrollTo(0, 0)")
            browser.settle()
        browser.picture(folder / f"{name}.png")
    browser.colours("light")


def main():
    page_path, diagnosis_path = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
    pictures = sys.argv[3:]
    with Browser() as browser:
        page = Page(browser, page_path)
        for width, height, phone in ((1280, 900, False), (390, 844, True)):
            browser.resize(width, height, phone=phone)
            check_overview(page, width)
            check_scenario(page, width)
            check_diagnosis(Page(browser, diagnosis_path), width)
        browser.resize(1280, 900)
        check_hostile(page)
        check_large(page)
        if pictures:
            take_pictures(browser, page, pathlib.Path(pictures[0]))
        check(f"nothing is complained about: {browser.complaints}", browser.complaints == [])
        asked = {url for url in browser.requests if not url.startswith(("file://", "data:", "about:"))}
        check(f"nothing is asked of the network: {asked}", not asked)
    print("the pages of a run and of a diagnosis work in a browser, at 1280 and at 390 pixels")


main()
