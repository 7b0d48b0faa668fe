// What the events of a log tell, as lanes for a timeline. It reads docs/events.md's JSON and draws
// nothing. Everything that it remembers of an event is its index.

const TICKS = new Set([
  "tickPrice", "tickSize", "tickOptionComputation", "tickGeneric", "tickString", "tickEFP",
  "tickByTick", "realtimeBar", "updateMktDepth", "updateMktDepthL2",
]);
const TROUBLE = /\b(ERROR|CRITICAL|FATAL|Traceback|panic|failed|lost|[A-Za-z]*(Error|Exception))\b/;
const NO_TROUBLE = /\b(INFO|DEBUG|TRACE|WARNING)\b/;

/** The kind of an event: its "event", or "message" where it has none. */
function kindOf(event) { return event.event ?? "message"; }

function isTick(event) { return event.event === undefined && TICKS.has(event.name); }

/** What a reader should see first: a fault, a real error, a program's cry. */
function isTrouble(event) {
  switch (kindOf(event)) {
    case "message": {
      if (event.name !== "error") return false;
      const code = Number(event.fields?.errorCode);
      return !(code >= 2100 && code < 2200);
    }
    case "clientLine": return TROUBLE.test(event.text) && !NO_TROUBLE.test(event.text);
    case "malformed": case "faultFailed": case "failed": case "leaked": case "machineStalled": case "programHeld": return true;
    case "expectation": return event.holds === false;
    case "rst": case "rst-unread": return true;
    default: return false;
  }
}

/** A name for the place of an event, as people say it. */
function placeOf(event) {
  if (event.connection !== undefined) return "#" + event.connection;
  return event.run ?? event.gateway ?? "";
}

const PLAIN_WORDS = {
  listening: "listens", listenerClosed: "listener closed: connections are refused",
  restarting: "the gateway restarts", restarted: "the gateway is up again",
  fin: "sent FIN", rst: "sent RST", "half-close": "sent FIN and keeps receiving",
  "rst-unread": "sent RST: killed with bytes unread", held: "keeps the descriptor: CLOSE_WAIT",
  released: "closed the kept descriptor", finAcknowledged: "acknowledged the FIN",
  unacknowledged: "sent bytes again that were never acknowledged", stalled: "takes no more bytes", resumed: "takes bytes again",
};

/** One sentence about an event. */
function describe(event) {
  const arrow = event.direction === "toGateway" ? "→" : "←";
  switch (kindOf(event)) {
    case "message": return `${arrow} ${event.name}${fieldsInShort(event)}`;
    case "run": return `plays ${event.title || "a log"}`;
    case "step": return `step ${event.number}: ${event.text}`;
    case "expectation": return `${event.holds ? "✓" : "✗"} ${event.expected}` + (event.holds ? "" : ` — ${event.seen}`);
    case "verdict": return `verdict: ${event.verdict}`;
    case "omitted": return `${event.count} events are left out here`;
    case "light": return `API light ${event.light === "red" ? "RED: it accepts and does not answer" : "green"}`;
    case "commanded": return `told: ${event.command}`;
    case "attempted": return `${event.client} calls ${event.gatewayAddress}`;
    case "opened": return "opened" + (event.client ? ` from ${event.client}` : "");
    case "legacyHello": return `→ hello of an old client, version ${event.clientVersion}`;
    case "unknown": return `${arrow} unknown message ${event.id}, ${event.count} bytes`;
    case "malformed": return `${arrow} malformed: ${event.reason}`;
    case "raw": return `${arrow} ${event.count} bytes that are no whole frame`;
    case "gap": return `${arrow} ${event.count} bytes that were not captured`;
    case "phase": return `is ${event.phase}`;
    case "closed": return `over: ${event.ending}`;
    case "fault": return `fault ${event.fault}: ${event.action}` + (event.change ? `, ${event.change}` : "");
    case "faultIdle": return `fault ${event.fault}: ${event.action} had nothing to act on, ${event.reason}`;
    case "faultFailed": return `fault ${event.fault}, which must never fire: ${event.reason}`;
    case "note": case "transport": return event.text;
    case "sockets": return "the kernel's sockets: " + (socketCounts(event).map(([key, count]) => `${count} × ${key}`).join(", ") || "none");
    case "done": return `${event.task}: done`;
    case "failed": return `${event.task}: failed, ${event.reason}`;
    case "unfired": return event.faults.length ? `never fired: ${event.faults.join(", ")}` : "every fault has fired";
    case "holds": return `${event.run} holds ${event.connections.length} connections`;
    case "leaked": return `left behind: ${event.text}`;
    case "machineStalled": return `this machine stalled for ${event.milliseconds} ms`;
    case "programHeld": return `the kernel has held ${event.run} for ${event.milliseconds} ms`;
    case "clientStarted": return `started: ${event.command}`;
    case "clientLine": return event.text;
    case "clientEnded": return event.signal ? `ended by SIG${event.signal}` : `exited with ${event.exit}`;
    case "clientSignaled": return `got SIG${event.signal}`;
    case "clientFed": return event.text === undefined ? "its input was closed" : `was fed: ${event.text}`;
    default: return (event.by ? event.by + " " : "") + (PLAIN_WORDS[event.event] ?? event.event);
  }
}

function fieldsInShort(event) {
  let text = "";
  for (const [name, value] of Object.entries(event.fields ?? {})) {
    if (typeof value === "object" || value === "") continue;
    text += ` ${name}=${value}`;
    if (text.length > 120) return text.slice(0, 120) + "…";
  }
  return text;
}

/** The rows of a sockets event, counted by side and state; the listener has its own lane. */
function socketCounts(event) {
  const counts = new Map();
  for (const row of event.rows ?? []) {
    if (row.state === "LISTEN") continue;
    const key = `${row.state} · ${row.side}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A stretch of a lane: from one event to another, or to the end of the log. */
class Span {
  constructor(from, state, text) {
    this.from = from;
    this.to = null;
    this.state = state;
    this.text = text ?? "";
  }
}

class Lane {
  constructor(kind, name, label) {
    this.kind = kind;
    this.name = name;
    this.label = label;
    this.spans = [];
    this.marks = [];
    /** Messages, by direction; of connections only. */
    this.toGateway = [];
    this.toClient = [];
    this.phase = "";
  }

  /** Ends what stands, and begins a new stretch unless the state is null. */
  enter(state, index, text) {
    const last = this.spans.at(-1);
    if (last && last.to === null) last.to = index;
    if (state !== null) this.spans.push(new Span(index, state, text));
  }

  get state() {
    const last = this.spans.at(-1);
    return last && last.to === null ? last.state : null;
  }
}

class Story {
  constructor() {
    this.clock = new Clock();
    this.events = [];
    /** In the order of the drawing. */
    this.lanes = [];
    this.byKey = new Map();
    this.gatewayNames = new Set();
    /** Of messages. */
    this.names = new Set();
    this.failures = [];
    this.faults = [];
  }

  append(events) {
    for (const event of events) {
      if (typeof event?.at !== "string") continue;
      const index = this.events.length;
      this.events.push(event);
      this.clock.append(event.at, event.event === undefined || event.event === "clientLine");
      this.take(event, index);
    }
  }

  /** The lane of that kind and name, made when it is needed. */
  lane(kind, name, label) {
    const key = kind + " " + name;
    let lane = this.byKey.get(key);
    if (lane) return lane;
    lane = new Lane(kind, name, label);
    this.byKey.set(key, lane);
    const order = ["steps", "program", "connection", "gateway", "faults", "kernel"];
    const place = order.indexOf(kind);
    let index = this.lanes.length;
    while (index > 0 && order.indexOf(this.lanes[index - 1].kind) > place) index -= 1;
    this.lanes.splice(index, 0, lane);
    return lane;
  }

  connection(event) {
    const gateway = event.gateway ?? "";
    this.gatewayNames.add(gateway);
    return this.lane("connection", `${gateway} ${event.connection}`, `#${event.connection}`);
  }

  gateway(event) {
    const name = event.gateway ?? "gateway";
    this.gatewayNames.add(name);
    return this.lane("gateway", name, name);
  }

  program(event) { return this.lane("program", event.run, event.run); }

  take(event, index) {
    switch (kindOf(event)) {
      case "step":
        this.lane("steps", "", "steps").enter("step", index, `${event.number}  ${event.text.replace(/, args: \[\]$/, "")}`);
        break;
      case "expectation":
        this.lane("steps", "", "steps").marks.push(index);
        if (event.holds === false) this.failures.push(index);
        break;
      case "verdict":
        this.lane("steps", "", "steps").enter(null, index);
        break;
      case "leaked": case "machineStalled": case "programHeld": case "failed": case "note": case "unfired":
        if (event.connection !== undefined) this.connection(event).marks.push(index);
        else if (event.event !== "unfired" || event.faults.length) this.lane("steps", "", "steps").marks.push(index);
        break;
      case "listening": case "listenerClosed": case "light": case "restarting": case "restarted":
      case "commanded": case "transport":
        this.takeGateway(event, index);
        break;
      case "fault": case "faultIdle": case "faultFailed": this.takeFault(event, index); break;
      case "clientStarted":
        this.program(event).enter("running", index);
        break;
      case "clientEnded": {
        const lane = this.program(event);
        lane.enter(null, index);
        lane.marks.push(index);
        break;
      }
      case "clientLine": case "clientSignaled": case "clientFed": this.program(event).marks.push(index); break;
      case "sockets": this.takeSockets(event, index); break;
      case "run": case "done": case "holds": case "omitted": break;
      default: if (event.connection !== undefined) this.takeConnection(event, index);
    }
  }

  takeGateway(event, index) {
    const lane = this.gateway(event);
    lane.marks.push(index);
    switch (event.event) {
      case "listening":
        lane.listens = true;
        if (lane.state === null || lane.state === "closed") lane.enter(lane.light ?? "green", index);
        break;
      case "listenerClosed":
        lane.listens = false;
        lane.enter("closed", index);
        break;
      case "light":
        lane.light = event.light;
        if (lane.listens !== false) lane.enter(event.light, index);
        break;
      default: break;
    }
  }

  takeFault(event, index) {
    this.faults.push(index);
    this.lane("faults", event.gateway ?? "gateway", "faults").marks.push(index);
    if (event.connection !== undefined) this.connection(event).marks.push(index);
  }

  takeSockets(event, index) {
    const gateway = event.gateway ?? "";
    const counts = new Map(socketCounts(event));
    for (const key of counts.keys()) this.lane("kernel", `${gateway} ${key}`, key);
    for (const lane of this.lanes) {
      if (lane.kind !== "kernel" || !lane.name.startsWith(gateway + " ")) continue;
      const count = counts.get(lane.label);
      if (lane.spans.at(-1)?.text === String(count ?? "") && lane.state !== null) continue;
      lane.enter(count ? lane.label.split(" ")[0] : null, index, count ? String(count) : "");
      if (count) lane.marks.push(index);
    }
  }

  takeConnection(event, index) {
    const lane = this.connection(event);
    if (event.name !== undefined) this.names.add(event.name);
    switch (kindOf(event)) {
      case "message": case "legacyHello": case "unknown": case "malformed": case "raw": case "gap":
        (event.direction === "toClient" ? lane.toClient : lane.toGateway).push(index);
        if (lane.spans.length === 0) lane.enter("open", index);
        break;
      case "attempted": lane.enter("calling", index); break;
      case "opened": lane.enter("open", index); break;
      case "phase": lane.phase = event.phase; break;
      case "fin": case "half-close":
        lane.marks.push(index);
        this.halfEnd(lane, event.by, index);
        break;
      case "rst": case "rst-unread": case "released":
        lane.marks.push(index);
        lane.enter(null, index);
        break;
      case "held":
        lane.marks.push(index);
        lane.enter("held", index, "CLOSE_WAIT, kept open");
        break;
      case "finAcknowledged":
        lane.marks.push(index);
        if (event.by === "gateway" && lane.state === "half") lane.enter("held", index, "CLOSE_WAIT, not closed");
        break;
      case "closed":
        lane.marks.push(index);
        if (event.ending === "halfClosed") break;
        lane.enter(null, index);
        break;
      default: lane.marks.push(index);
    }
  }

  /** A FIN of one side: half closed, or closed when the other side has sent its own. */
  halfEnd(lane, side, index) {
    lane.ended ??= new Set();
    lane.ended.add(side);
    if (lane.ended.size === 2) lane.enter(null, index);
    else lane.enter("half", index, side === "client" ? "the client has closed" : "the gateway has closed");
  }
}
