// The page of a run: an overview of its scenarios, and a view of each play with its timeline.

const VERDICTS = {
  "passed": ["passed", "passed"], "expectation-failed": ["failed", "failed"],
  "client-not-started": ["failed", "client not started"], "deadline-passed": ["failed", "deadline passed"],
  "fault-never-fired": ["failed", "fault never fired"], "leaked": ["failed", "left something behind"],
  "flaky": ["flaky", "flaky"], "machine-unfit": ["unknown", "unknown"], "unplayed": ["unplayed", "not played"],
};
const GROUPS = ["failed", "flaky", "unknown", "unplayed", "passed"];
const GROUP_WORDS = {failed: "failed", flaky: "flaky", unknown: "unknown", unplayed: "not played", passed: "passed"};

function verdictOf(word) { return VERDICTS[word] ?? ["unknown", String(word)]; }

class Report {
  constructor(data, main) {
    this.data = data;
    this.main = main;
    this.groups = new Set();
    this.search = "";
    this.rows = data.scenarios.map((scenario, index) => ({...scenario, index}))
      .concat(data.unplayed.map((scenario) => ({...scenario, verdict: "unplayed", plays: [], variables: {}, index: null})));
    for (const row of this.rows) [row.group, row.words] = verdictOf(row.verdict);
    this.rows.sort((a, b) => GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group));
    addEventListener("hashchange", () => this.show());
    addEventListener("keydown", (event) => this.onKey(event));
    document.getElementById("when").textContent = this.whenText();
    this.show();
  }

  whenText() {
    const {at, seconds, version} = this.data;
    const day = at.slice(0, 16).replace("T", " ") + " UTC";
    return [day, seconds === undefined ? "" : `${seconds.toFixed(1)} s`, `version ${version}`].filter(Boolean).join(" · ");
  }

  show() {
    this.timeline?.destroy();
    this.timeline = null;
    const [row, play] = location.hash.replace(/^#\/?/, "").split("/").map((text) => (/^\d+$/.test(text) ? Number(text) : null));
    let scenario = this.data.scenarios[row ?? -1];
    // A run of one scenario begins with it.
    if (!location.hash && this.rows.length === 1) scenario = this.data.scenarios[0];
    if (scenario) this.showScenario(this.data.scenarios.indexOf(scenario), scenario, play);
    else this.showOverview();
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && isTyping) event.target.blur();
    else if (event.key === "Escape" && this.timeline && this.timeline.selected !== null) this.timeline.select(null);
    else if (event.key === "Escape" && this.timeline) location.hash = "#/";
    else if (event.key === "/" && !isTyping) {
      const input = this.main.querySelector("input[type=search]");
      if (input) { event.preventDefault(); input.focus(); }
    } else if ((event.key === "j" || event.key === "k") && !isTyping) this.moveInRows(event.key === "j" ? 1 : -1);
  }

  moveInRows(by) {
    const links = [...this.main.querySelectorAll(".rows a")];
    const index = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, index + by))]?.focus();
  }

  // Overview

  showOverview() {
    document.title = `fakegw run: ${this.countText()}`;
    const title = node("h1", "", this.countText());
    const bar = node("div", "bar");
    const tools = node("div", "tools");
    for (const group of GROUPS) {
      const count = this.count(group);
      if (count === 0) continue;
      const part = node("i", `is-${group}`);
      part.style.flex = String(count);
      bar.append(part);
      const button = node("button", `is-${group}`);
      button.type = "button";
      button.setAttribute("aria-pressed", String(this.groups.has(group)));
      button.append(node("b", "", String(count)), GROUP_WORDS[group]);
      button.addEventListener("click", () => {
        if (!this.groups.delete(group)) this.groups.add(group);
        button.setAttribute("aria-pressed", String(this.groups.has(group)));
        this.fillRows();
      });
      tools.append(button);
    }
    const input = node("input");
    input.type = "search";
    input.placeholder = "Search titles, files, clients   /";
    input.setAttribute("aria-label", "Search titles, files and clients");
    input.value = this.search;
    input.addEventListener("input", () => {
      this.search = input.value;
      this.fillRows();
    });
    tools.append(input);
    const table = node("table", "rows");
    const head = node("tr");
    this.hasHistory = this.data.runs.length > 1;
    this.hasClients = this.rows.some((row) => row.variables.client !== undefined);
    this.hasRetries = this.rows.some((row) => row.plays.length > 1);
    const columns = [
      ["Verdict"], ["Scenario"], this.hasClients && ["Client"], this.hasHistory && ["Last runs"],
      this.hasRetries && ["Plays", "number"], ["Gateway time", "number"], ["Real time", "number"],
    ].filter(Boolean);
    for (const [text, kind] of columns) head.append(node("th", kind, text));
    const top = node("thead");
    top.append(head);
    this.body = node("tbody");
    table.append(top, this.body);
    this.empty = node("p", "none", "No scenario fits.");
    this.main.replaceChildren(title, bar, tools, table, this.empty);
    this.fillRows();
  }

  count(group) { return this.rows.filter((row) => row.group === group).length; }

  countText() {
    return GROUPS.map((group) => [this.count(group), GROUP_WORDS[group]]).filter(([count]) => count > 0)
      .map(([count, words]) => `${count} ${words}`).join(", ") || "nothing was played";
  }

  isWanted(row) {
    if (this.groups.size > 0 && !this.groups.has(row.group)) return false;
    const text = [row.title, row.file, row.verdict, ...Object.values(row.variables)].join(" ").toLowerCase();
    return this.search.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  fillRows() {
    const wanted = this.rows.filter((row) => this.isWanted(row));
    this.body.replaceChildren(...wanted.map((row) => this.rowOf(row)));
    this.empty.hidden = wanted.length > 0;
  }

  rowOf(row) {
    const made = node("tr", `is-${row.group}`);
    const verdict = node("td");
    verdict.append(node("span", "badge", row.words));
    const title = node("td", "title");
    if (row.index === null) title.append(node("span", "", row.title));
    else {
      const link = node("a", "", row.title);
      link.href = `#/${row.index}`;
      title.append(link);
      made.addEventListener("click", () => { location.hash = link.hash; });
    }
    const last = row.plays.at(-1);
    const why = row.reason ?? this.reasonOf(row);
    title.append(node("span", "file", row.file));
    if (why) title.append(node("span", row.reason ? "file" : "why", clipped(why, 200)));
    const cells = [verdict, title];
    if (this.hasClients) cells.push(node("td", "", row.variables.client ?? ""));
    if (this.hasHistory) {
      const past = node("td");
      past.append(this.pastOf(row.title));
      cells.push(past);
    }
    if (this.hasRetries) cells.push(node("td", "number", row.plays.length > 1 ? `${row.plays.length} plays` : ""));
    cells.push(
      node("td", "number", last?.gatewaySeconds === undefined ? "" : `${last.gatewaySeconds.toFixed(1)} s`),
      node("td", "number", row.seconds === undefined ? "" : `${row.seconds.toFixed(1)} s`));
    made.append(...cells);
    return made;
  }

  /** In a line, why it did not pass. */
  reasonOf(row) {
    if (row.group === "passed") return "";
    const play = row.plays.find((each) => each.verdict !== "passed");
    const failure = play?.failures[0];
    return failure ? `${failure.expected} — seen: ${failure.seen}` : (play?.report ?? "").split("\n")[0];
  }

  pastOf(title) {
    const box = node("span", "past");
    for (const run of this.data.runs) {
      const word = Object.hasOwn(run.verdicts, title) ? run.verdicts[title] : null;
      const square = node("i", `square is-${word === null ? "missing" : verdictOf(word)[0]}`);
      square.title = `${run.at.slice(0, 16).replace("T", " ")}: ${word === null ? "not played" : verdictOf(word)[1]}`;
      box.append(square);
    }
    return box;
  }

  // A scenario

  showScenario(row, scenario, wanted) {
    const number = scenario.plays[wanted ?? -1] ? wanted : scenario.plays.length - 1;
    const play = scenario.plays[number];
    const [group, words] = verdictOf(scenario.verdict);
    document.title = `${words}: ${scenario.title}`;
    const back = node("a", "back", `‹ ${this.rows.length === 1 ? "overview" : `all ${this.rows.length} scenarios`}`);
    back.href = "#/";
    const head = node("div", `head is-${group}`);
    head.append(node("h1", "", scenario.title));
    const facts = node("div", "facts");
    facts.append(node("span", "badge", words));
    const fact = (name, value) => {
      if (value === undefined || value === "") return;
      const made = node("span", "", `${name} `);
      made.append(node("b", "", value));
      facts.append(made);
    };
    fact("client", scenario.variables.client);
    fact("gateway time", play.gatewaySeconds === undefined ? "" : `${play.gatewaySeconds.toFixed(1)} s`);
    fact("real time", `${play.seconds.toFixed(1)} s`);
    fact("file", scenario.file);
    if (this.data.runs.length > 1) facts.append(this.pastOf(scenario.title));
    head.append(facts);
    const parts = [back, head];
    if (scenario.plays.length > 1) parts.push(this.tabsOf(row, scenario, number));
    const events = this.eventsOf(row, number);
    const failures = node("div", "failures");
    parts.push(failures);
    if (play.command) parts.push(this.commandOf(play.command));
    for (const text of play.notes) parts.push(node("p", "note", text));
    if (play.omitted) parts.push(node("p", "note", `${play.omitted} events are left out, mostly messages and output from the middle. The event log has them all.`));
    const place = node("section");
    if (events) parts.push(node("h2", "", "What happened"), place);
    if (play.report) {
      const report = node("details", "report");
      report.open = !events || !events.some((event) => event.event === "expectation" && event.holds === false);
      report.append(node("summary", "", "The report as text"), node("pre", "", play.report));
      parts.push(report);
    }
    this.main.replaceChildren(...parts);
    scrollTo(0, 0);
    if (!events) return;
    this.timeline = new Timeline(place, {events});
    for (const index of this.timeline.story.failures.slice(0, 20)) failures.append(this.failureOf(index));
  }

  eventsOf(row, number) {
    const element = document.getElementById(`events-${row}-${number}`);
    return element ? JSON.parse(element.textContent) : null;
  }

  tabsOf(row, scenario, number) {
    const tabs = node("div", "play-tabs");
    for (const [index, play] of scenario.plays.entries()) {
      const [group, words] = verdictOf(play.verdict);
      const button = node("button", `is-${group}`);
      button.type = "button";
      button.setAttribute("aria-pressed", String(index === number));
      button.append(node("span", "badge", `play ${index + 1}: ${words}`));
      button.addEventListener("click", () => { location.hash = `#/${row}/${index}`; });
      tabs.append(button);
    }
    return tabs;
  }

  failureOf(index) {
    const event = this.timeline.events[index];
    const card = node("div", "failure");
    const side = (name, kind, text) => {
      const box = node("p", kind);
      box.append(node("small", "", name), text);
      return box;
    };
    const place = node("div", "where");
    const go = node("a", "", "show on the timeline");
    go.setAttribute("role", "button");
    go.tabIndex = 0;
    const act = () => {
      this.timeline.select(index);
      this.timeline.reveal(index);
      this.timeline.element.scrollIntoView({block: "nearest"});
    };
    go.addEventListener("click", act);
    go.addEventListener("keydown", (pressed) => { if (pressed.key === "Enter" || pressed.key === " ") { pressed.preventDefault(); act(); } });
    place.append(
      go, node("small", "", `${event.file.split("/").at(-1)}:${event.line} · ${secondsText(this.timeline.story.clock.times[index])} s`));
    card.append(
      side("expected", "expected", event.expected), side("seen", "seen", event.seen), place);
    return card;
  }

  commandOf(command) {
    const box = node("div", "command");
    const copy = node("button", "copy", "Copy");
    copy.type = "button";
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(command);
        copy.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(box.firstChild);
      }
    });
    box.append(node("code", "", command), copy);
    return box;
  }
}

document.report = new Report(
  JSON.parse(document.getElementById("report").textContent), document.getElementById("main"));
