// The live page: follows the events of a running program, asks what its gateways are, and gives them
// what the panels and forms are told.

const POLL_MILLISECONDS = 1000;
/** Events that the page keeps; the older half of messages goes when there are more. */
const MOST_EVENTS = 20_000;
/** Lanes of connections; those that ended first are not shown when there are more. */
const MOST_CONNECTIONS = 100;
const NOTICE_MILLISECONDS = 4000;
/** After one of these, what the gateway is has changed. */
const CHANGES = new Set([
  "listening", "listenerClosed", "light", "restarted", "commanded", "opened", "closed", "held", "released", "phase", "fault", "fin", "rst",
]);

class LivePage {
  constructor(main) {
    this.server = new Server();
    this.main = main;
    this.name = null;
    this.gateways = [];
    this.startedAt = null;
    this.missed = 0;
    this.socketsShown = new Map();
    this.build();
    this.feed = new Feed(this.server, {
      verify: () => this.verify(), refused: () => this.askForToken(), events: (events) => this.take(events), state: (state) => this.showState(state),
    });
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.refresh(); });
    this.start();
  }

  build() {
    this.status = make("span.status", {role: "status"}, "connecting");
    this.missedNote = make("button.missed", {type: "button", hidden: true, title: "Hide this", onclick: () => { this.missedNote.hidden = true; }});
    this.tabs = make("nav.tabs", {"aria-label": "Gateways", hidden: true});
    const save = (text, path, name) => button(text, `Save ${name}`, () => this.act(() => this.server.download(path, name)), "quiet");
    this.top = make("header.top", {}, make("span.brand", {}, "fakegw"), this.status, this.missedNote, this.tabs,
      make("div.files", {}, save("↓ Transcript", "/api/v1/transcript", "fakegw.transcript.txt"), save("↓ Event log", "/api/v1/events.jsonl", "fakegw.jsonl"),
        save("↓ Capture", "/api/v1/capture", "fakegw.pcapng"),
        button("Reset all", "Make every gateway well", () => this.act(() => this.server.send("POST", "/api/v1/reset"), "every gateway is well"), "quiet")));
    this.notice = make("p.notice", {role: "status", hidden: true});
    this.problem = make("div.problem-bar", {role: "alert", hidden: true});
    this.gatewayPanel = new GatewayPanel(this);
    this.illsPanel = new IllsPanel(this);
    this.connectionsPanel = new ConnectionsPanel(this);
    this.countsPanel = new CountsPanel();
    this.worldPanel = new WorldPanel(this);
    const judge = make("section.panel", {"aria-label": "Expectation"}, make("header", {}, make("h2", {}, "Expectation")), expectationForm(this));
    this.drawing = make("section.drawing", {"aria-label": "Events"});
    this.main.replaceChildren(this.top, this.problem, this.gatewayPanel.element,
      make("div.columns", {}, this.drawing, make("aside.side", {}, this.illsPanel.element, this.connectionsPanel.element),
        make("div.below", {}, this.worldPanel.element, this.countsPanel.element, judge)), this.notice);
    this.clear();
  }

  /** An empty drawing. */
  clear() {
    const filter = this.timeline?.filter;
    this.timeline?.destroy();
    this.timeline = new Timeline(this.drawing, {
      isLive: true, mostEvents: MOST_EVENTS, mostConnections: MOST_CONNECTIONS, onTicks: (areShown) => this.follow(areShown),
    });
    this.timeline.setFilter({...filter, connection: "", ticks: this.feed?.wantsTicks ?? false});
    this.socketsShown.clear();
    this.countsPanel.forget();
  }

  async start() {
    try {
      await this.verify();
      this.feed.open();
    } catch (problem) {
      if (problem.status === 401) this.askForToken();
      else setTimeout(() => this.start(), POLL_MILLISECONDS);
      return;
    }
    clearInterval(this.poll);
    this.poll = setInterval(() => { if (!document.hidden) this.refresh(); }, POLL_MILLISECONDS);
    this.refresh();
  }

  /** Whether it is the run that the page knows; another one begins with an empty drawing. */
  async verify() {
    this.gateways = await this.server.get("/api/v1/gateways");
    const startedAt = this.gateways[0].startedAt;
    const isSame = this.startedAt === null || this.startedAt === startedAt;
    this.startedAt = startedAt;
    this.choose(this.gateways.some((each) => each.name === this.name) ? this.name : this.gateways[0].name);
    if (!isSame) {
      this.clear();
      this.said("fakegw was started anew");
    }
    return isSame;
  }

  askForToken() {
    const input = make("input", {type: "password", autocomplete: "off", required: true});
    const problem = alertBox();
    const sheet = new Sheet("A token is needed", make("form", {
      onsubmit: async (event) => {
        event.preventDefault();
        this.server.keepToken(input.value.trim());
        if (!await perform(() => this.verify(), problem)) return;
        sheet.close();
        this.start();
      },
    }, field("what serve got as --control-token", input), problem, make("div.buttons", {}, make("button.primary", {type: "submit"}, "Go on"))));
    input.focus();
  }

  // The events

  take(events) {
    let isChanged = false;
    for (const event of events) {
      if (event.event === "omitted") this.miss(event.count);
      isChanged ||= CHANGES.has(event.event);
    }
    this.timeline.append(events);
    if (isChanged && !document.hidden) this.refreshSoon();
  }

  miss(count) {
    this.missed += count;
    this.missedNote.textContent = `${grouped(this.missed)} events missed`;
    this.missedNote.title = "The gateway keeps the last 20,000 events, and waits for nobody who reads too slowly";
    this.missedNote.hidden = false;
  }

  showState(state) {
    this.status.dataset.state = state;
    setText(this.status, state === "live" ? "live" : "the gateway is gone; trying again");
    this.isLost = state === "lost";
    this.main.classList.toggle("is-lost", this.isLost);
    if (state === "live") this.refresh();
  }

  /** Ticks come only to who wants them. */
  follow(wantsTicks) {
    this.feed.wantsTicks = wantsTicks;
    this.feed.open();
  }

  // The gateway

  path(...parts) { return ["/api/v1/gateways", ...[this.name, ...parts].map(encodeURIComponent)].join("/"); }

  choose(name) {
    if (name !== this.name) {
      this.name = name;
      this.countsPanel.forget();
      this.worldPanel.forget();
      this.refreshSoon();
    }
    this.tabs.hidden = this.gateways.length < 2;
    this.tabs.replaceChildren(...this.gateways.map((each) => make("button.tab", {
      type: "button", "aria-pressed": String(each.name === name), onclick: () => this.choose(each.name),
    }, make("span.light", {"data-light": each.isListening ? each.light : "closed", role: "img", "aria-label": each.light}), each.name)));
  }

  refreshSoon() { this.soon ||= setTimeout(() => { this.soon = 0; this.refresh(); }, 60); }

  /** Asks what the gateway is. One question at a time: a slow answer must not pile up others. */
  async refresh() {
    if (this.isLost) return;
    if (this.isAsking || this.name === null) {
      this.isStale = true;
      return;
    }
    this.isAsking = true;
    this.isStale = false;
    const {name} = this;
    try {
      const [gateways, connections, counts, sockets, world] = await Promise.all([
        this.server.get("/api/v1/gateways"), this.server.get(this.path("connections")), this.server.get(this.path("counts")),
        this.server.get(`${this.path("sockets")}?owners=0`), this.worldPanel.isOpen ? this.world() : undefined,
      ]);
      if (name !== this.name) return;
      this.show(gateways, connections, counts, sockets);
      if (world !== undefined && this.worldPanel.isOpen) this.worldPanel.show(world);
    } catch (problem) {
      // That the far side is gone is the stream's to tell.
      if (problem.status !== 0) this.fail(problem);
    } finally {
      this.isAsking = false;
      if (this.isStale) this.refreshSoon();
    }
  }

  /** @returns `null` when the gateway has none */
  async world() {
    try {
      return await this.server.get(this.path("world"));
    } catch (problem) {
      if (problem.status === 501) return null;
      throw problem;
    }
  }

  show(gateways, connections, counts, sockets) {
    const gateway = gateways.find((each) => each.name === this.name);
    if (!gateway || gateway.startedAt !== this.startedAt) return;
    const looks = JSON.stringify(gateways.map((each) => [each.name, each.light, each.isListening]));
    if (looks !== this.looks) {
      this.looks = looks;
      this.gateways = gateways;
      this.choose(this.name);
      document.title = `${gateway.light === "red" ? "RED · " : ""}${gateway.name} · fakegw`;
    }
    this.countsPanel.take(counts, performance.now());
    this.gatewayPanel.show(gateway, this.countsPanel, connections);
    this.illsPanel.show(gateway);
    this.connectionsPanel.show(connections, sockets);
    this.drawSockets(gateway, sockets);
    this.timeline.advance(gateway.at);
  }

  /** Puts the kernel's sockets on the clock, whenever there are others than before. */
  drawSockets(gateway, rows) {
    const event = {event: "sockets", at: gateway.at, gateway: gateway.name, rows};
    const counts = JSON.stringify(socketCounts(event));
    if (counts === (this.socketsShown.get(gateway.name) ?? "[]")) return;
    this.socketsShown.set(gateway.name, counts);
    // Events that happened before it are still on their way.
    const {timeline} = this;
    setTimeout(() => { if (timeline === this.timeline) timeline.append([event]); }, 2 * FLUSH_MILLISECONDS);
  }

  // What the panels do

  tell(body) {
    const words = Object.entries(body).map(([key, value]) => (value === null ? key : `${key} ${value}`)).join(", ");
    return this.act(() => this.server.send("POST", this.path("commands"), body), `told: ${words}`);
  }

  /** Does it, says so, or says what was wrong. */
  async act(act, words) {
    try {
      await act();
    } catch (problem) {
      this.fail(problem);
      return;
    }
    this.problem.hidden = true;
    if (words) this.said(words);
    this.refresh();
  }

  said(words) {
    setText(this.notice, words);
    this.notice.hidden = false;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => { this.notice.hidden = true; }, NOTICE_MILLISECONDS);
  }

  fail(problem) {
    this.problem.replaceChildren(make("pre", {}, problem.words ?? String(problem)),
      make("button.close", {type: "button", "aria-label": "Close", onclick: () => { this.problem.hidden = true; }}, "×"));
    this.problem.hidden = false;
  }

  async openCatalogue(edited) {
    await this.act(async () => {
      this.catalogue ??= await this.server.get("/api/v1/pathologies");
      new CatalogueSheet(this, this.catalogue, edited);
    });
  }

  async openCommands() {
    await this.act(async () => {
      this.commands ??= await this.server.get("/api/v1/commands");
      openCommandSheet(this, this.commands);
    });
  }

  /**
   * @param given what is known of its keys
   * @param known keys that are not asked for, because what they are about is given
   */
  async openCommand(word, given, known = []) {
    await this.act(async () => {
      this.commands ??= await this.server.get("/api/v1/commands");
      const command = this.commands.find((each) => each.word === word);
      openOneCommand(this, {...command, keys: command.keys.filter((key) => key in given || !known.includes(key))}, given);
    });
  }

  showConnection(number) {
    this.timeline.setFilter({connection: this.isShownAlone(number) ? "" : `${this.name} ${number}`});
    this.refresh();
  }

  isShownAlone(number) { return this.timeline.filter.connection === `${this.name} ${number}`; }
}

globalThis.livePage = new LivePage(document.getElementById("main"));
