// What a gateway is now: its light and listener, its ills, its connections and its counts. Each panel
// shows what the control API said last, and keeps its rows, so that the focus stays where it is.

const MOST_ROWS = 200;

/** Rows of a list that stay while what they show stays. */
class Rows {
  /** @param build makes a row of an item, as {element, update} */
  constructor(parent, build, none) {
    this.parent = parent;
    this.build = build;
    this.rows = new Map();
    this.none = make("p.none", {}, none);
    this.parent.append(this.none);
  }

  show(items, keyOf) {
    const shown = items.slice(0, MOST_ROWS);
    const keys = new Set(shown.map(keyOf));
    for (const [key, row] of this.rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      this.rows.delete(key);
    }
    let before = null;
    for (const item of shown) {
      const key = keyOf(item);
      let row = this.rows.get(key);
      if (!row) this.rows.set(key, row = this.build(item));
      row.update(item);
      const place = before ? before.nextSibling : this.parent.firstChild;
      if (place !== row.element) this.parent.insertBefore(row.element, place);
      before = row.element;
    }
    this.none.hidden = shown.length > 0;
  }
}

/** Sets a text when it is another one, so that nothing is read out or selected anew. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function grouped(number) { return number.toLocaleString("en"); }

/** The gateway's name, light, listener and link, and what it is told most. */
class GatewayPanel {
  constructor(page) {
    this.page = page;
    this.light = make("span.light", {role: "img"});
    this.name = make("h1");
    this.state = make("span.state");
    this.facts = make("dl.numbers");
    this.numbers = new Map();
    for (const name of ["listener", "broker", "open", "accepted", "held", "messages"]) {
      const value = make("dd");
      this.numbers.set(name, value);
      this.facts.append(make("div", {}, make("dt", {}, name), value));
    }
    const tell = (word, text, title, kind) => button(text, title, () => page.tell({[word]: null}), kind);
    this.redden = tell("redden", "Redden", "Turn the API light red: it accepts and does not answer", "bad");
    this.heal = tell("heal", "Heal", "Turn the API light green again", "good");
    this.lose = tell("lose-server", "Lose server", "Cut the link to the broker (1100)");
    this.restore = tell("restore-server", "Restore server", "Restore the link to the broker (1102)");
    this.well = button("Make well", "Remove every pathology and fault, and what they have done",
      () => page.act(() => page.server.send("POST", page.path("well")), "well again"), "good");
    this.element = make("section.gateway", {"aria-label": "Gateway"},
      make("div.who", {}, this.light, make("div", {}, this.name, this.state)), this.facts,
      make("div.orders", {}, this.redden, this.heal,
        button("Restart", "End every connection, and listen again half a second later", () => page.tell({restart: null, down: "500ms"})),
        this.lose, this.restore, button("More…", "Every command, and actions of faults", () => page.openCommands()), this.well));
  }

  show(gateway, counts, connections) {
    const isRed = gateway.light === "red";
    this.light.dataset.light = gateway.isListening ? gateway.light : "closed";
    this.light.setAttribute("aria-label", `API light ${gateway.light}`);
    setText(this.name, gateway.name);
    setText(this.state, !gateway.isListening ? "no listener: connections are refused"
      : isRed ? "RED: accepts, does not answer" : "green, listening");
    this.state.classList.toggle("is-bad", isRed || !gateway.isListening);
    const set = (name, text) => setText(this.numbers.get(name), text);
    set("listener", gateway.address);
    set("broker", gateway.isConnectedToServer ? "connected" : "lost");
    set("open", grouped(gateway.open));
    set("accepted", grouped(gateway.accepted));
    set("held", grouped(gateway.held));
    this.numbers.get("held").parentElement.classList.toggle("is-bad", gateway.held > 0);
    this.numbers.get("broker").parentElement.classList.toggle("is-bad", !gateway.isConnectedToServer);
    set("messages", counts.rate === null ? "…" : `${grouped(counts.total)} · ${grouped(Math.round(counts.rate))}/s`);
    this.redden.disabled = isRed;
    this.heal.disabled = !isRed;
    this.lose.disabled = !gateway.isConnectedToServer;
    this.restore.disabled = gateway.isConnectedToServer;
    this.well.disabled = gateway.pathologies.length + gateway.faults.length === 0 && !isRed
      && gateway.isConnectedToServer && gateway.isListening && gateway.held === 0
      && !connections.some((each) => each.isMuted || each.isSilent);
  }
}

/** Pathologies and faults in use. */
class IllsPanel {
  constructor(page) {
    this.page = page;
    const list = make("div.ills");
    this.rows = new Rows(list, (item) => this.row(item), "Nothing is wrong with it.");
    this.element = make("section.panel", {"aria-label": "Pathologies and faults"},
      make("header", {}, make("h2", {}, "Ills"),
        button("Make ill…", "Add a pathology of the catalogue", () => page.openCatalogue(), "primary"),
        button("Arm a fault…", "Add a fault of your own", () => openFaultSheet(page))), list);
  }

  show(gateway) {
    const items = [
      ...gateway.pathologies.map((use) => ({...use, kind: "pathologies"})),
      ...gateway.faults.map((fault) => ({...fault, id: fault.name, kind: "faults"})),
    ];
    this.rows.show(items, (item) => `${gateway.name} ${item.kind} ${item.id}`);
  }

  row(item) {
    const {page} = this;
    let now = item;
    const path = page.path(item.kind, item.id);
    const fired = make("span.fired");
    const about = make("span.about");
    const on = make("button.switch", {
      type: "button", role: "switch", title: "On or off", "aria-label": item.id,
      onclick: () => page.act(() => page.server.send("PATCH", path, {isEnabled: !now.isEnabled})),
    });
    const element = make("div.ill", {}, on,
      make("div.what", {}, make("b", {}, item.id), fired, about),
      item.kind === "pathologies" ? button("Change", `Change the parameters of ${item.id}`, () => page.openCatalogue(now), "quiet") : null,
      button("×", `Remove ${item.id}`, () => page.act(() => page.server.send("DELETE", path), `${item.id} is gone`), "quiet"));
    const update = (next) => {
      now = next;
      on.setAttribute("aria-checked", String(next.isEnabled));
      element.classList.toggle("is-off", !next.isEnabled);
      setText(fired, next.fired ? ` acted ${next.fired} ×` : "");
      const parameters = Object.entries(next.parameters ?? {}).map(([name, value]) => `${name}: ${value}`).join(", ");
      setText(about, next.rule ? ruleInShort(next.rule) : (next.id === next.name ? "" : `${next.name} `) + parameters);
      about.title = next.rule ?? "";
    };
    return {element, update};
  }
}

/** A rule without what every rule has unless it says otherwise. */
function ruleInShort(rule) {
  const usual = /^(name: .*|nth: any|times: unlimited|chance: 1\.0|after: 0s|optional: (true|false)|phase: \[\]|connection: any|client-id: any|others: any)$/;
  return rule.split("\n").map((line) => line.trim()).filter((line) => line && !usual.test(line)).join(" ").replace("do: - ", "do: ");
}

/** Connections whose descriptors are open, and the kernel's sockets. */
class ConnectionsPanel {
  constructor(page) {
    this.page = page;
    this.count = make("span.count");
    this.sockets = make("p.sockets");
    const list = make("div.connections");
    this.rows = new Rows(list, (item) => this.row(item), "No connection is open.");
    this.element = make("section.panel", {"aria-label": "Connections"},
      make("header", {}, make("h2", {}, "Connections ", this.count)), list, this.sockets);
  }

  show(connections, sockets) {
    setText(this.count, connections.length ? grouped(connections.length) : "");
    this.rows.show(connections, (item) => `${this.page.name} ${item.number}`);
    const counts = socketCounts({rows: sockets}).map(([key, count]) => `${count} × ${key}`.replaceAll(" ", "\u00a0"));
    setText(this.sockets, counts.length ? `kernel: ${counts.join(", ")}` : "");
  }

  row(item) {
    const {page} = this;
    const path = page.path("connections", item.number);
    const state = make("span.about");
    const name = button(`#${item.number}`, "Show this connection alone; again shows all", () => page.showConnection(item.number), "number");
    const end = (by, text, title) => button(text, `${title} connection ${item.number}`,
      () => page.act(() => page.server.send("DELETE", `${path}?by=${by}`)), "quiet");
    const element = make("div.connection", {}, name, state, end("fin", "FIN", "Close"), end("rst", "RST", "Abort"),
      end("silence", "Silence", "Let nothing more pass on"));
    const update = (next) => {
      name.setAttribute("aria-pressed", String(page.isShownAlone(next.number)));
      const words = [next.clientId === undefined ? null : `client ${next.clientId}`];
      if (next.isHeld && next.clientHasEnded) words.push("kept in CLOSE_WAIT");
      else words.push(next.clientHasEnded ? "client has closed" : next.phase, next.isHeld ? "held" : null);
      if (next.isMuted) words.push("muted");
      if (next.isSilent) words.push("silent");
      setText(state, words.filter(Boolean).join(" · "));
      state.title = next.client ?? "";
      element.classList.toggle("is-bad", next.isHeld || next.isMuted || next.isSilent);
    };
    return {element, update};
  }
}

/** Messages by name, in both directions, and how many more of them there are each second. */
class CountsPanel {
  constructor() {
    const body = make("div.counts");
    this.rows = new Rows(body, (item) => CountsPanel.row(item), "No message has come or gone.");
    this.element = make("section.panel", {"aria-label": "Messages"}, make("header", {}, make("h2", {}, "Messages")), body);
    this.before = new Map();
    this.total = 0;
    this.rate = null;
  }

  forget() {
    this.before.clear();
    this.rate = null;
  }

  /** @param now milliseconds of a clock that only goes on */
  take(counts, now) {
    const seconds = this.at === undefined ? 0 : (now - this.at) / 1000;
    const items = [];
    for (const [direction, arrow] of [["received", "→"], ["sent", "←"]]) {
      for (const [name, count] of Object.entries(counts[direction])) {
        const key = arrow + name;
        const rate = seconds > 0 && this.before.has(key) ? (count - this.before.get(key)) / seconds : 0;
        this.before.set(key, count);
        items.push({key, arrow, name, count, rate: Math.max(0, rate)});
      }
    }
    this.at = now;
    this.total = items.reduce((sum, item) => sum + item.count, 0);
    this.rate = items.reduce((sum, item) => sum + item.rate, 0);
    items.sort((a, b) => (a.arrow === b.arrow ? b.count - a.count : a.arrow < b.arrow ? 1 : -1));
    this.rows.show(items, (item) => item.key);
  }

  static row(item) {
    const rate = make("span.rate");
    const count = make("span.value");
    const element = make("div.count-row", {}, make(item.arrow === "→" ? "span.to-gateway" : "span.to-client", {}, item.arrow), make("span.name", {}, item.name), rate, count);
    return {
      element,
      update: (next) => {
        setText(rate, next.rate >= 0.5 ? `${grouped(Math.round(next.rate))}/s` : "");
        setText(count, grouped(next.count));
      },
    };
  }
}
