// Forms that give a gateway something: a pathology, a fault, a command, an expectation. Each sends what
// the control API takes, and shows what it says.

/**
 * An element: `make("button.quiet", {title: "x", onclick: act}, "text", child)`.
 * Texts become text nodes, never markup.
 */
function make(kind, properties = {}, ...children) {
  const [name, ...classes] = kind.split(".");
  const made = document.createElement(name);
  made.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key.includes("-") || key === "role" || key === "list" || key === "for") made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function button(text, title, act, kind = "") {
  return make(kind ? `button.${kind}` : "button", {type: "button", title, onclick: act}, text);
}

/** A named field; the name is its label. */
function field(text, input, note = "") {
  return make("label.field", {}, make("span.field-name", {}, text), input, note ? make("small", {}, note) : null);
}

/** Does what was asked for, with its button out of reach meanwhile, and says what was wrong. */
async function perform(act, place, control) {
  place.hidden = true;
  if (control) control.disabled = true;
  try {
    return {value: await act()};
  } catch (problem) {
    place.replaceChildren(problem instanceof Problem ? problem.words : String(problem));
    place.hidden = false;
    return null;
  } finally {
    if (control) control.disabled = false;
  }
}

function alertBox() { return make("pre.problem", {role: "alert", hidden: true}); }

/** A window over the page. Escape closes it, and the focus goes back to where it was. */
class Sheet {
  constructor(title, ...content) {
    this.element = make("dialog.sheet", {"aria-label": title, onclose: () => this.element.remove()},
      make("header", {}, make("h2", {}, title),
        make("button.close", {type: "button", "aria-label": "Close", onclick: () => this.close()}, "×")),
      ...content);
    this.element.addEventListener("click", (event) => { if (event.target === this.element) this.close(); });
    document.body.append(this.element);
    this.element.showModal();
  }

  close() { this.element.close(); }
}

/** A form with one button; the page hears when it was done. */
function form(label, fields, act, done) {
  const problem = alertBox();
  const submit = make("button.primary", {type: "submit"}, label);
  return make("form", {
    onsubmit: async (event) => {
      event.preventDefault();
      const result = await perform(act, problem, submit);
      if (result) done?.(result.value);
    },
  }, ...fields, problem, make("div.buttons", {}, submit));
}

// Pathologies

/** The catalogue, searchable; one entry with its parameters as a form. */
class CatalogueSheet {
  constructor(page, catalogue, edited) {
    this.page = page;
    this.catalogue = catalogue;
    this.search = make("input", {
      type: "search", placeholder: `Search ${catalogue.length} pathologies: symptom, layer, name`, "aria-label": "Search the catalogue",
      oninput: () => this.fill(),
      onkeydown: (event) => {
        if (event.key === "ArrowDown") { event.preventDefault(); this.list.querySelector("button")?.focus(); }
      },
    });
    this.list = make("div.catalogue-list", {role: "list"});
    this.entry = make("div.catalogue-entry");
    this.list.addEventListener("keydown", (event) => CatalogueSheet.walk(event));
    if (edited) {
      this.sheet = new Sheet(`Change ${edited.id}`, this.entry);
      this.show(catalogue.find((entry) => entry.name === edited.name), edited);
      return;
    }
    this.sheet = new Sheet("Make it ill", make("div.catalogue", {}, make("div.catalogue-side", {}, this.search, this.list), this.entry));
    this.fill();
  }

  static walk(event) {
    const next = {ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling"}[event.key];
    if (!next) return;
    event.preventDefault();
    document.activeElement.parentElement[next]?.querySelector("button")?.focus();
  }

  fill() {
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.catalogue.filter((entry) => {
      const text = [entry.name, ...entry.aliases, entry.layer, entry.summary, entry.clientSees,
        ...entry.clients.flatMap((client) => [...client.says, ...client.logs])].join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    // What is called so comes first, then what many have met.
    const isNamed = (entry) => words.every((word) => [entry.name, ...entry.aliases].some((name) => name.includes(word)));
    found.sort((a, b) => isNamed(b) - isNamed(a) || a.priority - b.priority || (a.name < b.name ? -1 : 1));
    this.list.replaceChildren(...found.map((entry) => make("div", {role: "listitem"},
      make("button.catalogue-row", {type: "button", onclick: () => this.show(entry)},
        make("b", {}, entry.name), make("span.layer", {}, entry.layer), make("span.summary", {}, entry.summary)))));
    if (found.length === 0) this.list.append(make("p.none", {}, "Nothing in the catalogue is like that."));
    if (!this.shown || !found.includes(this.shown)) this.show(found[0]);
  }

  show(entry, edited) {
    this.shown = entry;
    if (!entry) return this.entry.replaceChildren();
    for (const row of this.list.querySelectorAll("button")) {
      row.setAttribute("aria-current", String(row.firstChild.textContent === entry.name));
    }
    const inputs = entry.parameters.map((parameter) => CatalogueSheet.parameter(parameter, edited?.parameters[parameter.name]));
    const name = make("input", {type: "text", placeholder: entry.name, value: edited && edited.id !== edited.name ? edited.id : "", disabled: Boolean(edited)});
    const facts = [["A client sees", entry.clientSees], ["On the wire", entry.wire], ["Ends with", entry.clearedBy]]
      .filter(([, text]) => text).flatMap(([title, text]) => [make("dt", {}, title), make("dd", {}, text)]);
    const body = () => {
      const given = {};
      for (const [index, {input}] of inputs.entries()) {
        if (input.value.trim() !== "") given[entry.parameters[index].name] = input.value.trim();
      }
      const use = {use: entry.name};
      if (Object.keys(given).length) use.with = given;
      if (edited ? edited.id !== edited.name : name.value.trim()) use.as = edited ? edited.id : name.value.trim();
      return use;
    };
    this.entry.replaceChildren(
      make("h3", {}, entry.name), make("p", {}, entry.summary), make("dl.facts", {}, ...facts),
      form(edited ? "Change it" : `Make it ill`, [
        ...inputs.map((each) => each.field),
        field("called", name, edited ? "" : "when it is used a second time"),
      ], () => edited
        ? this.page.server.send("PUT", this.page.path("pathologies", edited.id), body())
        : this.page.server.send("POST", this.page.path("pathologies"), body()),
      () => {
        this.sheet.close();
        this.page.said(edited ? `${edited.id} has changed` : `${entry.name} is on`);
        this.page.refresh();
      }));
    this.entry.scrollTop = 0;
  }

  static parameter(parameter, value = "") {
    const choices = parameter.accepts === "true or false" ? ["true", "false"]
      : parameter.accepts.startsWith("one of ") && !parameter.accepts.includes(", or ") ? parameter.accepts.slice(7).split(", ") : null;
    const input = choices
      ? make("select", {}, make("option", {value: ""}, `${parameter.default} (as it is)`), ...choices.map((choice) => make("option", {value: choice}, choice)))
      : make("input", {type: "text", placeholder: parameter.default, autocomplete: "off", spellcheck: false});
    input.value = value;
    const about = parameter.about ? `${parameter.about[0].toUpperCase()}${parameter.about.slice(1)}` : "";
    return {input, field: field(parameter.name, input, [about, parameter.accepts].filter(Boolean).join(" — "))};
  }
}

// Faults

const FAULT_ACTIONS = [
  ["rst", "abort the connection (RST)"], ["fin", "close the connection (FIN)"], ["drop", "discard the message"],
  ["{delay: 2s}", "delay it by 2 s"], ["{duplicate: {copies: 2}}", "send it twice"], ["{cut: {kept: 6}}", "send its first 6 bytes only"],
  ["{corrupt: {bits: 4}}", "flip 4 of its bits"], ["mute", "go silent from here on"], ["{pause: 5s}", "let nothing pass for 5 s"],
  ["hold-socket", "never close the socket (CLOSE_WAIT)"], ["stop-reading", "stop reading"], ["blackhole", "lose every segment"], ["light-red", "turn the API light red"],
];
const COMMON_MESSAGES = [
  "placeOrder", "cancelOrder", "startApi", "reqIds", "reqMktData", "reqHistoricalData", "reqAccountUpdates", "reqPositions", "reqContractData",
  "nextValidId", "managedAccounts", "openOrder", "orderStatus", "position", "error", "execDetails", "contractData",
];

/** A fault on a message; the text below the fields is what is sent, and free to change. */
function openFaultSheet(page) {
  const names = [...new Set([...page.timeline.story.names, ...COMMON_MESSAGES])].sort();
  const message = make("input", {type: "text", value: "placeOrder", list: "message-names", autocomplete: "off", spellcheck: false});
  const action = make("select", {}, ...FAULT_ACTIONS.map(([value, text]) => make("option", {value}, text)));
  const often = make("select", {}, make("option", {value: "1"}, "once"), make("option", {value: ""}, "every time"));
  const text = make("textarea", {rows: 5, spellcheck: false});
  const write = () => {
    const times = often.value ? `times: ${often.value}\n` : "";
    text.value = `when: {message: {type: ${message.value}}}\n${times}do: [${action.value}]\n`;
  };
  for (const input of [message, action, often]) input.addEventListener("input", write);
  write();
  const sheet = new Sheet("Arm a fault", form("Arm it", [
    make("div.pair", {},
      field("at the message", message), field("do", action), field("how often", often)),
    make("datalist", {id: "message-names"}, ...names.map((name) => make("option", {value: name}))),
    field("as a scenario has it", text, "YAML or JSON; docs/faults.md lists every trigger and action"),
  ], () => page.server.send("POST", page.path("faults"), text.value), (fault) => {
    sheet.close();
    page.said(`${fault.name} is armed`);
    page.refresh();
  }));
}

// Commands

/** Every command of the API, with a field for each of its keys, and actions of faults. */
function openCommandSheet(page, commands) {
  const problem = alertBox();
  const text = make("input", {type: "text", value: "[close-listener]", spellcheck: false});
  const rows = commands.map((command) => commandRow(page, command, problem, () => sheet.close()));
  const sheet = new Sheet("Tell the gateway",
    form("Do it now", [field("actions of faults, those that need no connection", text, "such as close-listener, open-listener, end-all, {freeze: 3s}, release-sockets")],
      () => page.server.send("POST", page.path("actions"), text.value), () => {
        sheet.close();
        page.said("done");
        page.refresh();
      }),
    problem, ...rows);
}

/** A command as its button, what it does, and its keys; what is left empty is not said. */
function commandRow(page, {word, meaning, keys, example}, problem, done) {
  const isSignal = word === "signal";
  const names = isSignal ? ["signal"] : keys;
  const inputs = names.map((name) => make("input", {
    type: "text", size: 9, autocomplete: "off", spellcheck: false, title: example, "aria-label": `${word}: ${name}`,
    placeholder: exampleOf(name, example),
  }));
  const tell = make("button", {type: "submit"}, word);
  return make("form.command", {
    onsubmit: async (event) => {
      event.preventDefault();
      const body = commandBody(page, word, names.map((name, index) => [name, inputs[index].value]));
      if (!await perform(() => page.server.send("POST", page.path("commands"), body), problem, tell)) {
        problem.scrollIntoView({block: "nearest"});
        return;
      }
      done();
      page.said(`told: ${word}`);
      page.refresh();
    },
  }, tell, make("span.about", {}, meaning),
  make("span.parameters", {}, ...inputs.map((input, index) => make("label", {}, isSignal ? "" : `${names[index]} `, input))));
}

/** One command as a form, with what is known of it filled in. */
function openOneCommand(page, {word, meaning, keys, example}, given) {
  const inputs = keys.map((key) => make("input", {
    type: "text", autocomplete: "off", spellcheck: false, value: String(given[key] ?? ""), placeholder: exampleOf(key, example),
  }));
  const sheet = new Sheet(word, make("p.meaning", {}, `${meaning[0].toUpperCase()}${meaning.slice(1)}.`), form("Tell it",
    keys.map((key, index) => field(key, inputs[index])),
    () => page.server.send("POST", page.path("commands"), commandBody(page, word, keys.map((key, index) => [key, inputs[index].value]))), () => {
      sheet.close();
      page.said(`told: ${word}`);
      page.refresh();
    }));
  inputs.find((input) => input.value === "")?.focus();
}

/** A command as a step has it; keys that are left empty are not said. */
function commandBody(page, word, given) {
  const said = given.map(([key, value]) => [key, value.trim()]).filter(([, value]) => value !== "")
    // A text with marks of YAML in it is meant as it stands, unless it is quoted already.
    .map(([key, value]) => [key, /^["'{[]/.test(value) || !/[,{}[\]#]|: /.test(value) ? value : JSON.stringify(value)]);
  const entries = word === "signal" ? [...said, ["gateway", JSON.stringify(page.name)]] : [[word, "null"], ...said];
  return `{${entries.map(([key, value]) => `${key}: ${value}`).join(", ")}}`;
}

/** The value of a key in a step such as `{restart: gateway, down: 2s}`. */
function exampleOf(key, example) {
  return example.match(new RegExp(`[{,] ?${key}: ([^,}{]+)`))?.[1] ?? "";
}

// Expectations

/** Judges an expectation now, or waits for it. */
function expectationForm(page) {
  const text = make("textarea", {rows: 3, spellcheck: false, "aria-label": "Expectation, as a scenario has it"});
  text.value = "{received: placeOrder, count: 1}";
  const within = make("input", {type: "number", min: 0, max: 600, value: 0, "aria-label": "Seconds to wait"});
  const answer = make("div.verdict", {role: "status"});
  return make("div", {}, form("Judge it", [text, make("label.inline", {}, "wait up to ", within, " s")], () => {
    answer.replaceChildren(within.valueAsNumber > 0 ? "waiting…" : "");
    const query = within.valueAsNumber > 0 ? `?within=${within.value}` : "";
    const body = /^\s*(\{\s*)?gateway\b/.test(text.value) ? text.value : withGateway(text.value, page.name);
    return page.server.send("POST", `/api/v1/expect${query}`, body).catch((problem) => {
      answer.replaceChildren();
      throw problem;
    });
  }, (verdict) => {
    answer.replaceChildren(...verdict.findings.map((finding) => make(finding.holds ? "p.holds" : "p.fails", {},
      make("b", {}, `${finding.holds ? "✓" : "✗"} ${finding.expected}`), make("span", {}, ` seen: ${finding.seen}`))));
  }), answer);
}

/** The gateway is what the page shows, where the text names none. */
function withGateway(text, name) {
  const quoted = JSON.stringify(name);
  return /^\s*\{/.test(text) ? text.replace("{", `{gateway: ${quoted}, `) : `gateway: ${quoted}\n${text}`;
}
