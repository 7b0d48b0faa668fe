// Draws the events of a log on one clock: steps, programs, connections, the gateway and the kernel,
// each in lanes of its own.
//
//   const timeline = new Timeline(element, {events, isLive: false, onSelect: (event) => {}});
//   timeline.append(moreEvents);
//
// Other options: isLive follows the end, mostEvents and mostConnections bound what is kept and shown of
// a stream without end, and onTicks is told when somebody wants to see ticks, or no more.
//
// Events are the objects of docs/events.md. It draws what is in view and nothing else, and what
// stands too close becomes one mark, so that it stays quick with many connections and ticks.

const LANE_HEIGHTS = {steps: 46, program: 40, connection: 50, gateway: 26, faults: 40, kernel: 20};
/** Room for the name of a lane above it, on a narrow screen. */
const NAME_HEIGHT = 16;
const SECTIONS = {
  steps: "Story", program: "Programs", connection: "Wire", gateway: "Gateway", faults: "Gateway", kernel: "Kernel",
};
const SECTION_GAP = 22;
const NEAR = 5;
const MOST_LISTED = 200;
const MOST_NAMES = 300;
/** Gaps that are shaded, as a share of the whole time. */
const QUIET_SHARE = 0.03;
/** What is shown of a stream that is followed, in units of the clock; nearer is what somebody zooms to. */
const MOST_FOLLOWED = {folded: 3, even: 60};

class Timeline {
  constructor(element, options = {}) {
    this.element = element;
    this.options = options;
    this.story = new Story();
    this.view = {from: 0, to: 1};
    this.selected = null;
    this.isFollowing = options.isLive ?? false;
    this.filter = {text: "", connection: "", ticks: true};
    this.hits = [];
    this.widths = new Map();
    this.build();
    this.watch();
    this.append(options.events ?? []);
    this.fit();
    element.timeline = this;
  }

  get events() { return this.story.events; }

  /** Whether it stays at the end. */
  get follows() { return this.isFollowing; }

  set follows(follows) {
    this.isFollowing = follows;
    this.followButton?.setAttribute("aria-pressed", String(follows));
  }

  /** Adds the events that come next. */
  append(events) {
    const span = this.view.to - this.view.from;
    const wasAll = this.isAll;
    this.story.append(events);
    if (this.events.length > (this.options.mostEvents ?? Infinity)) this.forget(this.options.mostEvents >> 1);
    this.refreshLanes();
    this.goOn(wasAll, span);
  }

  /** Lets time go on to that moment, without an event. */
  advance(at) {
    const span = this.view.to - this.view.from;
    const wasAll = this.isAll;
    // What somebody points at stays where it is.
    if (this.events.length === 0 || !this.tip.hidden) return;
    this.story.clock.now = this.story.clock.seconds(at);
    this.goOn(wasAll, span);
  }

  /** Shows what was shown, and what has come since. */
  goOn(wasAll, span) {
    const {clock} = this.story;
    const most = this.follows && wasAll ? MOST_FOLLOWED[clock.isFolded ? "folded" : "even"] : Infinity;
    if (wasAll && clock.end <= most) this.fit();
    else if (this.follows) this.showEnd(wasAll ? most : span);
    this.invalidate();
  }

  /** Shows the end, and a little room behind it. */
  showEnd(span) { this.show(this.story.clock.end - span * 0.95, this.story.clock.end + span * 0.05); }

  /** Keeps so many of the last events, and half as many of those before them that tell the story. */
  forget(count) {
    const {clock} = this.story;
    const times = [clock.timeOfUnit(this.view.from), clock.timeOfUnit(this.view.to)];
    const older = this.events.slice(0, -count).filter((event) => event.event !== undefined && event.event !== "clientLine");
    const kept = older.slice(-count >> 1).concat(this.events.slice(-count));
    const selected = kept.indexOf(this.events[this.selected]);
    this.story = new Story();
    this.story.clock.isFolded = clock.isFolded;
    this.story.clock.base = clock.base;
    this.story.clock.now = clock.now;
    this.story.append(kept);
    this.view = {from: this.story.clock.unitOfTime(times[0]), to: this.story.clock.unitOfTime(times[1])};
    if (this.selected !== null) this.select(selected < 0 ? null : selected);
  }

  /** Shows everything. */
  fit() {
    const end = Math.max(this.story.clock.end, 1e-6);
    this.show(-end * 0.015, end * 1.03);
    this.isAll = true;
  }

  /** Shows everything, from now on too. */
  seeAll() {
    this.follows = false;
    this.fit();
  }

  /** Shows a stretch, in units of the clock. */
  show(from, to) {
    const end = Math.max(this.story.clock.end, 1e-6);
    const span = Math.min(Math.max(to - from, 1e-6), end * 1.2);
    const middle = Math.min(Math.max((from + to) / 2, 0), end);
    this.view = {from: middle - span / 2, to: middle + span / 2};
    this.isAll = false;
    this.hideTip();
    this.invalidate();
  }

  /** @param factor below 1 to come nearer; @param unit what stays in its place */
  zoom(factor, unit = (this.view.from + this.view.to) / 2) {
    const {from, to} = this.view;
    const span = (to - from) * factor;
    const end = Math.max(this.story.clock.end, 1e-6);
    if (span >= end * 1.045) this.fit();
    else if (span > 1e-6) {
      const start = unit - (unit - from) * factor;
      this.view = {from: start, to: start + span};
      this.isAll = false;
      this.hideTip();
      this.invalidate();
    }
  }

  pan(share) {
    const step = (this.view.to - this.view.from) * share;
    this.follows = false;
    this.show(this.view.from + step, this.view.to + step);
  }

  fold(isFolded) {
    const clock = this.story.clock;
    const wasAll = this.isAll;
    const times = [clock.timeOfUnit(this.view.from), clock.timeOfUnit(this.view.to)];
    clock.isFolded = isFolded;
    this.foldButton.setAttribute("aria-pressed", String(isFolded));
    if (wasAll) this.fit(); else this.show(clock.unitOfTime(times[0]), clock.unitOfTime(times[1]));
  }

  // Building

  build() {
    this.element.classList.add("timeline");
    this.element.replaceChildren();
    const tools = node("div", "tl-tools");
    const button = (text, title, act) => {
      const made = node("button", "", text);
      made.type = "button";
      made.title = title;
      made.addEventListener("click", act);
      return made;
    };
    this.foldButton = button("Fold quiet time", "Quiet time takes little room (q)", () => this.fold(!this.story.clock.isFolded));
    this.foldButton.setAttribute("aria-pressed", "true");
    this.filterInput = node("input");
    this.filterInput.type = "search";
    this.filterInput.placeholder = "Filter messages and output";
    this.filterInput.setAttribute("aria-label", "Filter messages and output");
    this.filterInput.addEventListener("input", () => this.setFilter({text: this.filterInput.value}));
    this.connectionSelect = node("select");
    this.connectionSelect.setAttribute("aria-label", "Connection");
    this.connectionSelect.addEventListener("change", () => this.setFilter({connection: this.connectionSelect.value}));
    this.tickButton = button("Ticks", "Show ticks (t)", () => this.showTicks(!this.filter.ticks));
    this.tickButton.setAttribute("aria-pressed", "true");
    const zooming = node("span", "tl-group");
    zooming.append(
      button("−", "Zoom out (−)", () => this.zoom(1.6)), button("+", "Zoom in (+)", () => this.zoom(1 / 1.6)),
      button("Fit", "Show everything (0)", () => this.seeAll()));
    tools.append(zooming, this.foldButton, this.tickButton);
    if (this.options.isLive) {
      this.followButton = button("Follow", "Stay at the end (f)", () => this.follow(!this.follows));
      this.followButton.setAttribute("aria-pressed", String(this.follows));
      tools.append(this.followButton);
    }
    this.names = node("datalist");
    this.names.id = `tl-names-${Timeline.count = (Timeline.count ?? 0) + 1}`;
    this.filterInput.setAttribute("list", this.names.id);
    tools.append(this.filterInput, this.names, this.connectionSelect);

    const body = node("div", "tl-body");
    this.chart = node("div", "tl-chart");
    this.chart.tabIndex = 0;
    this.chart.setAttribute("role", "application");
    this.chart.setAttribute("aria-label", "Timeline. Arrow keys move, plus and minus zoom, n and p step through the events.");
    this.ruler = node("canvas", "tl-ruler");
    this.scroller = node("div", "tl-scroll");
    this.space = node("div", "tl-space");
    this.canvas = node("canvas", "tl-lanes");
    this.space.append(this.canvas);
    this.scroller.append(this.space);
    this.map = node("canvas", "tl-map");
    this.tip = node("div", "tl-tip");
    this.tip.hidden = true;
    this.chart.append(this.ruler, this.scroller, this.map, this.tip);
    this.detail = node("aside", "tl-detail");
    this.detail.setAttribute("aria-live", "polite");
    this.detail.hidden = true;
    body.append(this.chart, this.detail);
    this.element.append(tools, body, legend());
  }

  follow(follows) {
    this.follows = follows;
    if (!follows) return;
    const most = MOST_FOLLOWED[this.story.clock.isFolded ? "folded" : "even"];
    this.showEnd(Math.min(this.view.to - this.view.from, most));
  }

  watch() {
    const chart = this.chart;
    chart.addEventListener("wheel", (event) => this.onWheel(event), {passive: false});
    chart.addEventListener("keydown", (event) => this.onKey(event));
    this.scroller.addEventListener("scroll", () => this.invalidate());
    this.watchPointer(this.scroller);
    this.watchPointer(this.ruler);
    this.watchMap();
    this.scroller.addEventListener("dblclick", (event) => this.zoom(0.25, this.unitAt(event)));
    this.scroller.addEventListener("pointerleave", () => this.hideTip());
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(chart);
    this.scheme = matchMedia("(prefers-color-scheme: dark)");
    this.onScheme = () => { this.colours = null; this.invalidate(); };
    this.scheme.addEventListener("change", this.onScheme);
  }

  /** Ends it; the element is empty again. */
  destroy() {
    this.sizes.disconnect();
    this.scheme.removeEventListener("change", this.onScheme);
    cancelAnimationFrame(this.frame);
    this.isGone = true;
    this.element.replaceChildren();
  }

  // Pointer, wheel, keys

  unitAt(event) {
    const x = event.clientX - this.canvas.getBoundingClientRect().left;
    return this.view.from + (x - this.gutter) / this.scale;
  }

  onWheel(event) {
    if (event.target === this.detail) return;
    event.preventDefault();
    if (event.shiftKey) {
      this.scroller.scrollTop += event.deltaY || event.deltaX;
    } else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.pan(event.deltaX / this.plotWidth);
    } else {
      this.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 240))), this.unitAt(event));
    }
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      "+": () => this.zoom(1 / 1.6), "=": () => this.zoom(1 / 1.6), "-": () => this.zoom(1.6),
      "0": () => this.seeAll(), Home: () => this.seeAll(), End: () => this.pan(1e9),
      ArrowLeft: () => this.pan(-0.15), ArrowRight: () => this.pan(0.15),
      ArrowUp: () => { this.scroller.scrollTop -= 50; }, ArrowDown: () => { this.scroller.scrollTop += 50; },
      n: () => this.step(1), p: () => this.step(-1), q: () => this.fold(!this.story.clock.isFolded),
      t: () => this.showTicks(!this.filter.ticks), f: () => this.follow(!this.follows),
      Escape: () => this.select(null),
    };
    const act = acts[event.key];
    if (!act || (event.key === "Escape" && this.selected === null)) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  watchPointer(target) {
    const pointers = new Map();
    let start = null;
    target.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      pointers.set(event.pointerId, event.clientX);
      start = {x: event.clientX, y: event.clientY, view: {...this.view}, top: this.scroller.scrollTop, moved: false};
      if (event.pointerType === "mouse") target.setPointerCapture(event.pointerId);
    });
    target.addEventListener("pointermove", (event) => {
      if (!pointers.has(event.pointerId)) {
        if (target === this.scroller && event.pointerType === "mouse") this.onHover(event);
        return;
      }
      const before = [...pointers.values()];
      pointers.set(event.pointerId, event.clientX);
      if (pointers.size === 2) {
        const after = [...pointers.values()];
        const spread = Math.abs(before[0] - before[1]) / Math.max(20, Math.abs(after[0] - after[1]));
        start.moved = true;
        this.zoom(spread, this.unitAt({clientX: (after[0] + after[1]) / 2}));
        return;
      }
      const dx = event.clientX - start.x;
      if (!start.moved && Math.hypot(dx, event.clientY - start.y) < 4) return;
      start.moved = true;
      this.chart.classList.add("is-dragged");
      const shift = -dx / this.scale;
      this.follows = false;
      this.show(start.view.from + shift, start.view.to + shift);
      if (event.pointerType === "mouse" && target === this.scroller) {
        this.scroller.scrollTop = start.top - (event.clientY - start.y);
      }
    });
    const end = (event) => {
      if (!pointers.delete(event.pointerId)) return;
      this.chart.classList.remove("is-dragged");
      if (event.type === "pointerup" && start && !start.moved && target === this.scroller) this.onClick(event);
    };
    target.addEventListener("pointerup", end);
    target.addEventListener("pointercancel", end);
  }

  watchMap() {
    const go = (event) => {
      const x = event.clientX - this.map.getBoundingClientRect().left;
      const share = (x - this.gutter) / this.plotWidth;
      const span = this.view.to - this.view.from;
      const middle = share * this.story.clock.end;
      this.show(middle - span / 2, middle + span / 2);
    };
    this.map.addEventListener("pointerdown", (event) => {
      this.map.setPointerCapture(event.pointerId);
      go(event);
    });
    this.map.addEventListener("pointermove", (event) => { if (event.buttons & 1) go(event); });
  }

  /** What is drawn at a point of the window; the nearest mark within a few pixels. */
  hitAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    let best = null;
    let bestDistance = 8;
    for (const hit of this.hits) {
      if (y < hit.y0 || y > hit.y1) continue;
      const distance = Math.max(hit.x0 - x, x - hit.x1, 0) + (hit.isSpan ? 4 : 0);
      if (distance < bestDistance) {
        best = hit;
        bestDistance = distance;
      }
    }
    return best;
  }

  onHover(event) {
    const hit = this.hitAt(event);
    this.scroller.style.cursor = hit ? "pointer" : "";
    if (!hit) return this.hideTip();
    const first = hit.indices[0];
    const lines = hit.indices.length === 1
      ? [describe(this.events[first])]
      : [`${hit.indices.length} events`, ...hit.indices.slice(0, 6).map((index) => describe(this.events[index]))];
    if (hit.indices.length > 7) lines.push("…");
    this.tip.replaceChildren(
      node("b", "", `${secondsText(this.story.clock.times[first])} s`),
      ...lines.map((text) => node("div", "", clipped(text, 160))));
    this.tip.hidden = false;
    const box = this.chart.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(4, Math.min(x + 14, box.width - width - 6))}px`;
    this.tip.style.top = `${y + 18 + this.tip.offsetHeight > box.height ? y - this.tip.offsetHeight - 10 : y + 18}px`;
  }

  hideTip() { this.tip.hidden = true; }

  onClick(event) {
    this.chart.focus({preventScroll: true});
    const hit = this.hitAt(event);
    this.select(hit ? hit.indices[0] : null, hit?.indices);
  }

  /** Opens the next or the previous event that the filter lets through. */
  step(by) {
    let index = this.selected ?? (by > 0 ? -1 : this.events.length);
    do { index += by; } while (index >= 0 && index < this.events.length && !this.isListed(index));
    if (index < 0 || index >= this.events.length) return;
    this.select(index);
    this.reveal(index);
  }

  /** Brings an event into view. */
  reveal(index) {
    const unit = this.story.clock.unit(index);
    const {from, to} = this.view;
    if (unit < from || unit > to) this.show(unit - (to - from) / 2, unit + (to - from) / 2);
    const lane = this.lanes.find((each) => [each.marks, each.toGateway, each.toClient].some((list) => list.includes(index)));
    if (!lane) return;
    const y = this.tops.get(lane);
    if (y < this.scroller.scrollTop || y + 40 > this.scroller.scrollTop + this.scroller.clientHeight) {
      this.scroller.scrollTop = y - 60;
    }
  }

  /** Where an event is drawn, in pixels of the window; for tests and for pages around it. */
  placeOf(index) {
    this.draw();
    const hit = this.hits.find((each) => each.indices.includes(index));
    if (!hit) return null;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.min(Math.max(this.x(this.story.clock.unit(index)), hit.x0), hit.x1);
    return {x: box.left + x, y: box.top + (hit.y0 + hit.y1) / 2, count: hit.indices.length};
  }

  // Filter

  setFilter(change) {
    Object.assign(this.filter, change);
    this.filterInput.value = this.filter.text;
    this.connectionSelect.value = this.filter.connection;
    this.tickButton.setAttribute("aria-pressed", String(this.filter.ticks));
    this.refreshLanes();
    this.invalidate();
  }

  showTicks(areShown) {
    this.setFilter({ticks: areShown});
    this.options.onTicks?.(areShown);
  }

  isWanted(index) {
    const event = this.events[index];
    const {text, connection, ticks} = this.filter;
    if (!ticks && isTick(event)) return false;
    if (connection && event.connection !== undefined && `${event.gateway ?? ""} ${event.connection}` !== connection) return false;
    if (!text) return true;
    const isTraffic = event.event === undefined || event.event === "clientLine";
    // The whole name of a message means that message alone.
    if (this.story.names.has(text)) return !isTraffic || event.name === text;
    return !isTraffic || describe(event).toLowerCase().includes(text.toLowerCase());
  }

  isListed(index) {
    const kind = kindOf(this.events[index]);
    return kind !== "done" && kind !== "holds" && kind !== "phase" && this.isWanted(index);
  }

  /** Lanes as the filter leaves them, and where they stand. */
  refreshLanes() {
    const {connection} = this.filter;
    const hidden = this.endedLanes();
    this.lanes = this.story.lanes.filter((lane) => lane.kind !== "connection" || (connection ? lane.name === connection : !hidden.has(lane)));
    const isWanted = (index) => this.isWanted(index);
    const isFiltered = this.filter.text || this.filter.connection || !this.filter.ticks;
    this.shown = new Map();
    for (const lane of this.lanes) {
      this.shown.set(lane, isFiltered
        ? {marks: lane.marks.filter(isWanted), toGateway: lane.toGateway.filter(isWanted), toClient: lane.toClient.filter(isWanted)}
        : lane);
    }
    const choice = (value, text) => {
      const made = node("option", "", text);
      made.value = value;
      return made;
    };
    const names = [...this.story.names.keys()].slice(0, MOST_NAMES);
    if (this.names.children.length !== names.length) {
      this.names.replaceChildren(...names.sort().map((name) => choice(name)));
    }
    const all = this.story.lanes.filter((lane) => lane.kind === "connection" && !hidden.has(lane));
    if (this.connectionSelect.options.length !== all.length + 1) {
      const severalGateways = this.story.gatewayNames.size > 1;
      this.connectionSelect.replaceChildren(
        choice("", "All connections"),
        ...all.map((lane) => choice(lane.name, severalGateways ? lane.name.replace(/ (\d+)$/, " #$1") : lane.label)));
      this.connectionSelect.value = connection;
    }
    const many = all.length;
    const connectionHeight = many > 20 ? 28 : many > 8 ? 38 : LANE_HEIGHTS.connection;
    this.tops = new Map();
    this.sections = [];
    let y = 0;
    let section = null;
    for (const lane of this.lanes) {
      if (SECTIONS[lane.kind] !== section) {
        section = SECTIONS[lane.kind];
        this.sections.push({y, text: section});
        y += SECTION_GAP;
      }
      y += this.nameHeight(lane);
      this.tops.set(lane, y);
      y += lane.kind === "connection" ? connectionHeight : LANE_HEIGHTS[lane.kind];
    }
    this.connectionHeight = connectionHeight;
    this.totalHeight = y + 10;
    this.space.style.height = `${this.totalHeight}px`;
    this.resize();
  }

  /** Connections that ended first, when a stream has brought more than are shown. */
  endedLanes() {
    const connections = this.story.lanes.filter((lane) => lane.kind === "connection");
    const count = connections.length - (this.options.mostConnections ?? Infinity);
    return new Set(count > 0 ? connections.filter((lane) => lane.state === null).slice(0, count) : []);
  }

  nameHeight(lane) {
    return this.isNarrow && ["program", "connection", "kernel"].includes(lane.kind) ? NAME_HEIGHT : 0;
  }

  heightOf(lane) { return lane.kind === "connection" ? this.connectionHeight : LANE_HEIGHTS[lane.kind]; }

  // Drawing

  resize() {
    const width = this.chart.clientWidth;
    if (width === 0) return;
    const most = Math.max(240, Math.min(innerHeight * 0.72, 760));
    const height = Math.min(this.totalHeight ?? 200, most);
    this.scroller.style.height = `${height}px`;
    const inner = this.scroller.clientWidth;
    if (this.isNarrow !== width < 640) {
      this.isNarrow = width < 640;
      this.refreshLanes();
      return;
    }
    this.gutter = this.isNarrow ? 8 : 164;
    this.plotWidth = inner - this.gutter - 8;
    fitCanvas(this.ruler, inner, 36);
    fitCanvas(this.canvas, inner, height);
    fitCanvas(this.map, inner, 30);
    this.invalidate();
  }

  invalidate() {
    if (this.frame || this.isGone) return;
    this.frame = requestAnimationFrame(() => this.draw());
  }

  get scale() { return this.plotWidth / (this.view.to - this.view.from); }

  x(unit) { return this.gutter + (unit - this.view.from) * this.scale; }

  draw() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (!this.plotWidth || this.isGone) return;
    this.colours ??= readColours(this.element);
    this.hits = [];
    const context = this.canvas.getContext("2d");
    const width = this.scroller.clientWidth;
    const height = this.scroller.clientHeight;
    const top = this.scroller.scrollTop;
    context.clearRect(0, 0, width, height);
    context.textBaseline = "middle";
    this.context = context;
    this.drawQuiet(context, height);
    this.drawSections(width, top);
    context.save();
    context.beginPath();
    context.rect(this.gutter - 3, 0, width, height);
    context.clip();
    this.drawFaultLines(height);
    for (const lane of this.lanes) {
      const y = this.tops.get(lane) - top;
      if (y > height || y + this.heightOf(lane) < 0) continue;
      this[`draw_${lane.kind}`](lane, this.shown.get(lane), y);
    }
    this.drawFailureLines(height);
    this.drawSelected(height);
    context.restore();
    this.drawGutter(top, height);
    this.drawRuler(width);
    this.drawMap(width);
  }

  drawSections(width, top) {
    const context = this.context;
    context.font = `600 10.5px ${this.colours.font}`;
    for (const {y, text} of this.sections) {
      context.fillStyle = this.colours.line;
      context.fillRect(0, Math.round(y - top) + 4, width, 1);
      context.fillStyle = this.colours.muted;
      if (this.isNarrow) context.fillText(text.toUpperCase(), 8, y - top + 14);
    }
  }

  /** Names of sections and lanes; on a narrow screen they stand in their lanes. */
  drawGutter(top, height) {
    const context = this.context;
    const {colours} = this;
    if (!this.isNarrow) {
      context.clearRect(0, 0, this.gutter - 4, height);
      for (const {y, text} of this.sections) {
        context.fillStyle = colours.line;
        context.fillRect(0, Math.round(y - top) + 4, this.gutter, 1);
        context.font = `600 10.5px ${colours.font}`;
        context.fillStyle = colours.muted;
        context.fillText(text.toUpperCase(), 12, y - top + 14);
      }
    }
    for (const lane of this.lanes) {
      const y = this.tops.get(lane) - top;
      if (y - NAME_HEIGHT > height || y + this.heightOf(lane) < 0) continue;
      const x = this.isNarrow ? this.gutter + 2 : 12;
      const small = this.heightOf(lane) < 30;
      if (this.isNarrow && this.nameHeight(lane) === 0) continue;
      const middle = this.isNarrow ? y - 7 : small ? y + this.heightOf(lane) / 2 : y + 14;
      const label = this.labelOf(lane);
      context.font = `500 12px ${colours.font}`;
      context.fillStyle = colours.text;
      context.fillText(this.cut(label, this.isNarrow ? 160 : this.gutter - 14), x, middle);
      const below = lane.kind === "connection" ? lane.phase || "connected" : "";
      if (below && !small && !this.isNarrow) {
        context.font = `11px ${colours.font}`;
        context.fillStyle = colours.muted;
        context.fillText(this.cut(below, this.gutter - 24), x, y + 30);
      }
    }
  }

  labelOf(lane) {
    const several = this.story.gatewayNames.size > 1;
    switch (lane.kind) {
      case "connection": return several ? lane.name.replace(/ (\d+)$/, " #$1") : `connection ${lane.label}`;
      case "gateway": return several ? `${lane.name}: API light` : "API light";
      case "faults": return several ? `${lane.name}: faults` : "faults";
      default: return lane.label;
    }
  }

  /** Time without events is shaded, when it is long enough to see. */
  drawQuiet(context, height) {
    const {clock} = this.story;
    this.bands = [];
    for (const index of clock.quiet) {
      const from = this.x(clock.unit(index - 1));
      const to = this.x(clock.unit(index));
      const seconds = clock.times[index] - clock.times[index - 1];
      if (seconds < clock.times.at(-1) * QUIET_SHARE) continue;
      if (to < this.gutter || from > this.gutter + this.plotWidth || to - from < 12) continue;
      this.bands.push({from, to, seconds});
      if (!clock.isFolded) continue;
      context.fillStyle = this.colours.quiet;
      context.fillRect(Math.max(this.gutter, from + 2), 0, to - Math.max(this.gutter, from + 2) - 2, height);
    }
  }

  verticals(indices, height, colour, dash, most) {
    const inView = indices.filter((index) => {
      const unit = this.story.clock.unit(index);
      return unit >= this.view.from && unit <= this.view.to;
    });
    if (inView.length > most) return;
    const {context} = this;
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.setLineDash(dash);
    context.beginPath();
    let last = -10;
    for (const index of inView) {
      const x = Math.round(this.x(this.story.clock.unit(index))) + 0.5;
      if (x - last < 2) continue;
      last = x;
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    context.stroke();
    context.setLineDash([]);
  }

  drawFaultLines(height) { this.verticals(this.story.faults, height, this.colours.faultLine, [2, 3], 60); }

  drawFailureLines(height) { this.verticals(this.story.failures, height, this.colours.failed, [5, 3], 40); }

  drawSelected(height) {
    if (this.selected === null) return;
    const x = this.x(this.story.clock.unit(this.selected));
    this.context.fillStyle = this.colours.selected;
    this.context.fillRect(x - 1, 0, 2, height);
  }

  // Lanes

  /** Marks of a lane that are in view; neighbours nearer than a few pixels are one. */
  * groups(indices, near = NEAR) {
    const {clock} = this.story;
    const margin = 20 / this.scale;
    let low = 0;
    let high = indices.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (clock.unit(indices[middle]) < this.view.from - margin) low = middle + 1; else high = middle;
    }
    let group = null;
    for (let place = low; place < indices.length; place += 1) {
      const unit = clock.unit(indices[place]);
      if (unit > this.view.to + margin) break;
      const x = this.x(unit);
      if (group && x - group.x1 < near) {
        group.x1 = x;
        group.indices.push(indices[place]);
      } else {
        if (group) yield group;
        group = {x0: x, x1: x, indices: [indices[place]]};
      }
    }
    if (group) yield group;
  }

  hit(group, y, height) {
    this.hits.push({x0: group.x0 - 3, x1: group.x1 + 3, y0: y, y1: y + height, indices: group.indices});
  }

  span(span) {
    const from = this.x(this.story.clock.unit(span.from));
    const to = span.to === null ? this.x(Math.max(this.story.clock.end, this.view.from)) : this.x(this.story.clock.unit(span.to));
    const x0 = Math.max(from, this.gutter - 6);
    const x1 = Math.min(to, this.gutter + this.plotWidth + 8);
    return x1 < this.gutter - 6 || x0 > this.gutter + this.plotWidth + 8 ? null : {x0, x1: Math.max(x1, x0 + 1.5), from};
  }

  draw_steps(lane, shown, y) {
    const {context, colours} = this;
    for (const span of lane.spans) {
      const place = this.span(span);
      if (!place) continue;
      const width = Math.max(2, place.x1 - place.x0 - 2);
      rounded(context, place.x0, y + 1, width, 19, 4, colours.step);
      this.hits.push({x0: place.x0, x1: place.x0 + width, y0: y + 1, y1: y + 20, indices: [span.from], isSpan: true});
      context.font = `11.5px ${colours.font}`;
      context.fillStyle = colours.text;
      this.text(span.text, place.x0 + 7, y + 11, width - 12);
    }
    // What failed is drawn last, and keeps its words.
    const groups = [...this.groups(shown.marks, 7)];
    const failed = groups.filter((group) => group.indices.some((index) => isTrouble(this.events[index])));
    for (const group of groups) {
      const bad = failed.includes(group);
      this.hit(group, y + 22, 20);
      context.fillStyle = bad ? colours.failed : colours.passed;
      dot(context, group.x0, y + 33, bad ? 5 : 3.5);
      if (group.x1 - group.x0 > 3) dot(context, group.x1, y + 33, bad ? 5 : 3.5);
    }
    context.font = `600 11.5px ${colours.font}`;
    for (const group of failed) {
      const event = this.events[group.indices.find((index) => isTrouble(this.events[index]))];
      const words = event.event === "expectation" ? `✗ ${event.expected}` : `✗ ${describe(event)}`;
      this.beside(words, group, y + 33, colours.failed);
    }
  }

  draw_program(lane, shown, y) {
    const {context, colours} = this;
    for (const span of lane.spans) {
      const place = this.span(span);
      if (!place) continue;
      rounded(context, place.x0, y + 3, place.x1 - place.x0, 9, 4, colours.program);
      this.hits.push({x0: place.x0, x1: place.x1, y0: y + 1, y1: y + 14, indices: [span.from], isSpan: true});
    }
    const is = (index, kind) => this.events[index].event === kind;
    const logs = shown.marks.filter((index) => is(index, "clientLine") && this.events[index].stream === "stderr" && !isTrouble(this.events[index]));
    for (const group of this.groups(logs, 4)) {
      this.hit(group, y + 17, 9);
      context.fillStyle = colours.logLine;
      context.fillRect(group.x0 - 0.75, y + 18, Math.max(1.5, group.x1 - group.x0), 7);
    }
    const said = shown.marks.filter((index) => !is(index, "clientLine") || this.events[index].stream === "stdout" || isTrouble(this.events[index]));
    const groups = [...this.groups(said, 6)];
    const labels = [];
    for (const group of groups) {
      const events = group.indices.map((index) => this.events[index]);
      const bad = events.some(isTrouble);
      const ending = events.find((event) => event.event === "clientEnded");
      const ill = ending && (ending.exit !== 0);
      const colour = bad ? colours.failed : ill ? colours.warning : colours.text;
      this.hit(group, y + 14, 24);
      context.fillStyle = colour;
      for (const x of group.x1 - group.x0 > 3 ? [group.x0, group.x1] : [group.x0]) dot(context, x, y + 21.5, 3.2);
      const cries = events.filter((event) => isTrouble(event));
      const lines = (cries.length ? [cries.at(-1)] : events).map((event) => event.event === "clientEnded"
        ? (event.signal ? `SIG${event.signal}` : `exit ${event.exit}`) : event.event === "clientLine" ? withoutTime(event.text) : describe(event));
      if (ending && (cries.length || lines.length > 1)) {
        lines.unshift(ending.signal ? `SIG${ending.signal}` : `exit ${ending.exit}`);
        if (!cries.length) lines.pop();
      }
      labels.push({
        ...group, text: lines.join(" · "), colour, font: `${bad || ill ? 600 : 400} 11px ${colours.font}`,
        rank: bad ? 0 : ending ? 1 : 2 - group.x1 / 1e6, most: 300,
      });
    }
    this.placeLabels(labels, y + 32);
  }

  /** Writes labels into one row: the important ones first, beside their marks, where there is room. */
  placeLabels(labels, y) {
    const {context} = this;
    const taken = [];
    const end = this.gutter + this.plotWidth + 4;
    for (const label of labels.toSorted((a, b) => a.rank - b.rank)) {
      context.font = label.font;
      context.fillStyle = label.colour;
      const inside = Math.max(this.gutter, Math.min(label.x1, end));
      const right = taken.reduce((limit, [from]) => (from > inside - 4 ? Math.min(limit, from) : limit), end) - inside - 14;
      const left = inside - 6 - taken.reduce((limit, [, to]) => (to < inside + 4 ? Math.max(limit, to) : limit), this.gutter) - 8;
      if (label.x1 < this.gutter - 2 || label.x0 > end || taken.some(([from, to]) => from < inside && to > inside)) continue;
      const wanted = Math.min(this.measure(label.text), label.most);
      const isRight = label.isRight || right >= wanted || (right >= left && right > 60) || left < 60;
      const text = this.cut(label.text, Math.min(label.most, isRight ? right : left));
      if (!text) continue;
      const width = this.measure(text);
      const x = isRight ? inside + 5 : inside - 5 - width;
      context.fillText(text, x, y);
      taken.push([x, x + width]);
    }
  }

  draw_connection(lane, shown, y) {
    const {context, colours} = this;
    const height = this.heightOf(lane);
    const row = height / 2;
    const line = y + row;
    const words = height > 34;
    const labels = [];
    for (const span of lane.spans) {
      const place = this.span(span);
      if (!place) continue;
      const thick = span.state === "held" ? 6 : 2;
      context.fillStyle = {open: colours.open, calling: colours.muted, half: colours.warning, held: colours.held}[span.state];
      rounded(context, place.x0, line - thick / 2, place.x1 - place.x0, thick, thick / 2, context.fillStyle);
      this.hits.push({x0: place.x0, x1: place.x1, y0: line - 5, y1: line + 5, indices: [span.from], isSpan: true});
      if (span.text && words) {
        labels.push({
          x0: place.x0, x1: place.x0 + 2, text: span.text, colour: colours.warning, font: `500 11px ${colours.font}`,
          rank: 1, most: Math.min(200, place.x1 - place.x0), isRight: true,
        });
      }
    }
    const limits = lane.spans.filter((span) => span.text).map((span) => this.x(this.story.clock.unit(span.from)));
    this.drawMessages(shown.toGateway, y + 1, row - 2, "toGateway", words, []);
    this.drawMessages(shown.toClient, line + 1, row - 2, "toClient", words, limits);
    const open = lane.spans.find((span) => span.state === "open");
    if (open && lane.toClient.length === 0 && words) {
      const place = this.span(open);
      if (place) {
        labels.push({
          x0: place.x0, x1: place.x0 + 2, text: "the gateway sends nothing", colour: colours.failed,
          font: `600 11px ${colours.font}`, rank: 0, most: 200,
        });
      }
    }
    this.placeLabels(labels, line + row / 2 + 1);
    for (const group of this.groups(shown.marks, 4)) {
      this.hit(group, line - 7, 14);
      for (const index of group.indices) this.drawConnectionMark(this.events[index], this.x(this.story.clock.unit(index)), line);
    }
  }

  drawConnectionMark(event, x, y) {
    const {context, colours} = this;
    switch (event.event) {
      case "fault": case "faultIdle": case "faultFailed":
        context.fillStyle = event.event === "faultIdle" ? colours.faultLine : colours.fault;
        diamond(context, x, y, 5);
        break;
      case "rst": case "rst-unread":
        context.strokeStyle = colours.failed;
        context.lineWidth = 2.2;
        context.beginPath();
        context.moveTo(x - 4.5, y - 4.5);
        context.lineTo(x + 4.5, y + 4.5);
        context.moveTo(x + 4.5, y - 4.5);
        context.lineTo(x - 4.5, y + 4.5);
        context.stroke();
        break;
      default:
        context.fillStyle = colours.back;
        dot(context, x, y, 4);
        context.strokeStyle = colours.text;
        context.lineWidth = 1.4;
        context.beginPath();
        context.arc(x, y, 3.4, 0, Math.PI * 2);
        context.stroke();
    }
  }

  /** One direction of a connection: ticks pale and behind, everything else with its name. */
  drawMessages(indices, y, height, direction, words, limits) {
    const {context, colours} = this;
    const middle = y + height / 2;
    const ticks = indices.filter((index) => isTick(this.events[index]));
    for (const group of this.groups(ticks, 6)) {
      this.hit(group, y, height);
      const count = group.indices.length;
      const tall = Math.min(height - 2, 4 + 2 * Math.log2(count));
      rounded(context, group.x0 - 1, middle - tall / 2, Math.max(2, group.x1 - group.x0 + 2), tall, 1, colours.tick);
    }
    const others = ticks.length === indices.length ? [] : ticks.length === 0 ? indices : indices.filter((index) => !isTick(this.events[index]));
    const groups = [...this.groups(others)];
    context.font = `11px ${colours.font}`;
    for (const [place, group] of groups.entries()) {
      this.hit(group, y, height);
      const events = group.indices.map((index) => this.events[index]);
      const bad = events.find(isTrouble);
      const odd = events.find((event) => event.event !== undefined);
      const colour = bad ? colours.failed : odd ? colours.warning : colours[direction];
      if (group.x1 - group.x0 > 4) {
        const tall = group.x1 - group.x0 > 70 ? height - 6 : Math.min(height - 6, 5 + 1.4 * Math.log2(group.indices.length));
        rounded(context, group.x0 - 3, middle - tall / 2, group.x1 - group.x0 + 6, tall, 3, colours[direction]);
        if (bad) {
          context.fillStyle = colours.failed;
          for (const index of group.indices) {
            if (isTrouble(this.events[index])) dot(context, this.x(this.story.clock.unit(index)), middle, 3.5);
          }
        }
      } else {
        context.fillStyle = colour;
        triangle(context, group.x0, middle, group.indices.length > 1 ? 6 : 5, direction === "toGateway");
      }
      if (!words) continue;
      context.fillStyle = colour;
      const inside = group.x1 - group.x0 > 70 ? this.cut(namesOf(events), group.x1 - group.x0 - 4) : "";
      if (inside && !bad) {
        context.fillStyle = colours.back;
        context.fillText(inside, Math.max(group.x0, this.gutter) + 3, middle + 0.5);
        continue;
      }
      const next = Math.min(
        groups[place + 1]?.x0 ?? this.gutter + this.plotWidth + 4, ...limits.filter((x) => x > group.x1));
      this.text(bad ? `error ${bad.fields?.errorCode ?? ""} ${bad.fields?.errorString ?? ""}` : namesOf(events), group.x1 + 8, middle, next - group.x1 - 14);
    }
  }

  draw_gateway(lane, shown, y) {
    const {context, colours} = this;
    for (const span of lane.spans) {
      const place = this.span(span);
      if (!place) continue;
      const width = place.x1 - place.x0;
      rounded(context, place.x0, y + 4, width, 16, 4, {green: colours.green, red: colours.red, closed: colours.closed}[span.state]);
      this.hits.push({x0: place.x0, x1: place.x1, y0: y + 4, y1: y + 20, indices: [span.from], isSpan: true});
      context.font = `600 11px ${colours.font}`;
      context.fillStyle = {green: colours.onGreen, red: colours.onRed, closed: colours.text}[span.state];
      const words = {green: "green, listening", red: "RED: accepts, does not answer", closed: "no listener: connections are refused"}[span.state];
      this.text(words, Math.max(place.x0, this.gutter) + 8, y + 12.5, width - 12);
    }
    const orders = shown.marks.filter((index) => ["commanded", "restarting", "restarted", "transport"].includes(this.events[index].event));
    for (const group of this.groups(orders, 4)) {
      this.hit(group, y + 2, 20);
      context.fillStyle = colours.text;
      context.fillRect(group.x0 - 2, y + 3, 4, 18);
    }
  }

  draw_faults(lane, shown, y) {
    const {context, colours} = this;
    const labels = [];
    const said = new Set();
    for (const group of this.groups(shown.marks, 8)) {
      this.hit(group, y, 22);
      context.fillStyle = colours.fault;
      diamond(context, group.x0, y + 10, 6);
      if (group.x1 - group.x0 > 4) diamond(context, group.x1, y + 10, 6);
      const words = [...new Set(group.indices.map((index) => `${this.events[index].fault}: ${this.events[index].action ?? "must not fire"}`))];
      // The first of its kind is named; what comes again is a mark.
      const isNew = words.some((text) => !said.has(text));
      if (!isNew) continue;
      for (const text of words) said.add(text);
      labels.push({
        x0: group.x0, x1: group.x1 + 5, text: words.join(", "), colour: colours.fault, font: `600 11px ${colours.font}`,
        rank: 0, most: 420,
      });
    }
    this.placeLabels(labels, y + 27);
  }

  draw_kernel(lane, shown, y) {
    const {context, colours} = this;
    for (const span of lane.spans) {
      const place = this.span(span);
      if (!place) continue;
      const width = Math.max(3, place.x1 - place.x0);
      rounded(context, place.x0, y + 3, width, 14, 3, colours.states[span.state] ?? colours.closed);
      this.hits.push({x0: place.x0, x1: place.x0 + width, y0: y + 3, y1: y + 17, indices: [span.from], isSpan: true});
      context.font = `600 11px ${colours.font}`;
      context.fillStyle = colours.onState;
      this.text(`× ${span.text}`, Math.max(place.x0, this.gutter) + 6, y + 10.5, width - 6);
    }
  }

  // Text

  measure(text) {
    const key = this.context.font + text;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = this.context.measureText(text).width;
      if (this.widths.size > 5000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }

  /** A text cut to a width; empty when hardly anything of it would be left. */
  cut(text, width) {
    if (width < 14) return "";
    const short = text.length > 200 ? text.slice(0, 200) + "…" : text;
    if (this.measure(short) <= width) return short;
    if (width < 44) return "";
    let low = 0;
    let high = short.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.context.measureText(short.slice(0, middle) + "…").width <= width) low = middle; else high = middle - 1;
    }
    return low < 4 ? "" : short.slice(0, low) + "…";
  }

  /** Writes a text to the right of x, or before `left` when there is no room on the right. */
  text(text, x, y, width, left) {
    const right = this.cut(text, width);
    if (right && (right === text || left === undefined || width > 120)) {
      this.context.fillText(right, x, y);
    } else if (left !== undefined) {
      const short = this.cut(text, Math.min(260, left - this.gutter));
      if (short.length <= right.length) {
        if (right) this.context.fillText(right, x, y);
        return;
      }
      this.context.textAlign = "right";
      this.context.fillText(short, left, y);
      this.context.textAlign = "left";
    }
  }

  /** A text on a plate, on the side where there is more room. */
  beside(text, group, y, colour) {
    const {context} = this;
    const right = this.gutter + this.plotWidth - group.x1 - 14;
    const left = group.x0 - this.gutter - 14;
    const isRight = right > Math.min(this.measure(text), 260) || right > left;
    const words = this.cut(text, isRight ? right : left);
    const width = this.measure(words);
    const x = isRight ? group.x1 + 10 : group.x0 - 10 - width;
    rounded(context, x - 4, y - 9, width + 8, 18, 4, this.colours.plate);
    context.fillStyle = colour;
    context.fillText(words, x, y + 0.5);
  }

  // Ruler and map

  drawRuler(width) {
    const context = this.ruler.getContext("2d");
    const {colours} = this;
    context.clearRect(0, 0, width, 36);
    context.textBaseline = "middle";
    context.font = `11px ${colours.font}`;
    this.context = context;
    context.fillStyle = colours.line;
    context.fillRect(this.gutter - 4, 35, width, 1);
    if (!this.isNarrow) {
      context.fillStyle = colours.muted;
      context.fillText("gateway time", 12, 24);
    }
    const {clock} = this.story;
    const taken = [];
    for (const {from, to, seconds} of this.bands) {
      const text = quietText(seconds);
      const wide = this.measure(text);
      if (!clock.isFolded || to - from < wide + 10) continue;
      context.fillStyle = colours.quiet;
      context.fillRect(Math.max(this.gutter, from + 2), 3, to - Math.max(this.gutter, from + 2) - 2, 32);
      context.fillStyle = colours.muted;
      const middle = (Math.max(from, this.gutter) + Math.min(to, this.gutter + this.plotWidth)) / 2;
      context.fillText(text, middle - wide / 2, 11);
      taken.push([from, to]);
    }
    for (const {x, time, digits} of this.rulerPlaces()) {
      if (x < this.gutter - 2 || x > this.gutter + this.plotWidth) continue;
      const text = `${time.toFixed(digits)} s`;
      context.fillStyle = colours.muted;
      context.fillRect(Math.round(x), 29, 1, 6);
      context.fillStyle = colours.text;
      const start = Math.min(x + 3, width - this.measure(text) - 2);
      context.fillText(text, start, 24);
    }
  }

  /** Round times on the even clock; places at equal distances on the folded one. */
  rulerPlaces() {
    const {clock} = this.story;
    const places = [];
    if (!clock.isFolded) {
      const rough = (this.view.to - this.view.from) * 90 / this.plotWidth;
      const power = 10 ** Math.floor(Math.log10(rough));
      const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
      const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step))));
      for (let time = Math.ceil(Math.max(0, this.view.from) / step) * step; time <= this.view.to; time += step) {
        places.push({x: this.x(time), time, digits});
      }
      return places;
    }
    // Where something begins after quiet time, then what lies between.
    const want = [0, ...clock.quiet].map((index) => clock.unit(index) ?? 0);
    let last = -Infinity;
    const add = (unit, room) => {
      const x = this.x(unit);
      if (x - last < room) return;
      const time = Math.max(0, clock.timeOfUnit(unit));
      last = x;
      if (places.length && time - places.at(-1).time < 0.001) return;
      places.push({x, time, digits: 3});
    };
    for (const [place, unit] of want.entries()) {
      if (unit < this.view.from - (this.view.to - this.view.from)) continue;
      if (unit > this.view.to) break;
      add(unit, 62);
      const next = this.x(want[place + 1] ?? clock.end);
      const quietFrom = place + 1 < want.length ? this.x(clock.unit(clock.quiet[place] - 1)) : next;
      while (last + 90 < Math.min(quietFrom, next - 62)) {
        const x = Math.max(last + 90, this.gutter);
        add(this.view.from + (x - this.gutter) / this.scale, 60);
        if (x > this.gutter + this.plotWidth) break;
      }
    }
    return places;
  }

  drawMap(width) {
    const context = this.map.getContext("2d");
    const {colours} = this;
    const {clock} = this.story;
    context.clearRect(0, 0, width, 30);
    const end = Math.max(clock.end, 1e-9);
    const columns = Math.max(1, Math.floor(this.plotWidth / 2));
    if (this.mapCounts?.length !== columns || this.mapFor !== clock.length || this.mapFolded !== clock.isFolded) {
      this.mapCounts = new Float32Array(columns);
      for (let index = 0; index < clock.length; index += 1) {
        this.mapCounts[Math.min(columns - 1, Math.floor((clock.unit(index) / end) * columns))] += 1;
      }
      this.mapMost = this.mapCounts.reduce((most, count) => Math.max(most, count), 1);
      this.mapFor = clock.length;
      this.mapFolded = clock.isFolded;
    }
    context.fillStyle = colours.mapBars;
    for (let column = 0; column < columns; column += 1) {
      const count = this.mapCounts[column];
      if (count === 0) continue;
      const tall = 3 + 19 * Math.log1p(count) / Math.log1p(this.mapMost);
      context.fillRect(this.gutter + column * 2, 27 - tall, 1.5, tall);
    }
    const place = (unit) => this.gutter + (unit / end) * this.plotWidth;
    context.fillStyle = colours.fault;
    for (const index of this.story.faults.slice(0, 500)) context.fillRect(place(clock.unit(index)) - 1, 4, 2, 23);
    context.fillStyle = colours.failed;
    for (const index of this.story.failures) context.fillRect(place(clock.unit(index)) - 1, 2, 2, 25);
    const from = Math.max(this.gutter, place(this.view.from));
    const to = Math.min(this.gutter + this.plotWidth, place(this.view.to));
    context.fillStyle = colours.mapWindow;
    context.fillRect(from, 1, Math.max(3, to - from), 27);
    context.strokeStyle = colours.muted;
    context.lineWidth = 1;
    context.strokeRect(from + 0.5, 1.5, Math.max(3, to - from) - 1, 26);
  }

  // The opened event

  /** Opens an event, and lists those that share its mark. */
  select(index, group) {
    this.selected = index;
    this.invalidate();
    this.detail.hidden = index === null;
    this.element.classList.toggle("has-detail", index !== null);
    if (index === null) {
      this.detail.replaceChildren();
      return;
    }
    const event = this.events[index];
    const {clock} = this.story;
    const head = node("header");
    const close = node("button", "tl-close", "×");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => this.select(null));
    head.append(node("h3", "", this.titleOf(event)), close);
    const facts = node("p", "tl-facts");
    const wall = event.at.slice(11, -1);
    facts.append(
      node("span", "", `${secondsText(clock.times[index])} s`), node("span", "", placeOf(event)), node("span", "", wall));
    const parts = [head, facts];
    if (event.event !== undefined) parts.push(node("p", "tl-words", describe(event)));
    const fields = fieldsOf(event);
    if (fields.length) parts.push(fieldTable(fields));
    if (event.omitted !== undefined && event.event === undefined) {
      parts.push(node("p", "tl-note", `Its ${event.omitted} bytes are too many to be shown here.`));
    }
    if (group && group.length > 1) parts.push(this.listOf(group, index));
    const raw = node("details");
    raw.append(node("summary", "", "as in the event log"), node("pre", "", JSON.stringify(event, null, 1)));
    const steps = node("div", "tl-steps");
    for (const [text, by] of [["‹ previous", -1], ["next ›", 1]]) {
      const button = node("button", "", text);
      button.type = "button";
      button.title = by < 0 ? "Previous event (p)" : "Next event (n)";
      button.addEventListener("click", () => this.step(by));
      steps.append(button);
    }
    parts.push(raw, steps);
    this.detail.replaceChildren(...parts);
    this.detail.scrollTop = 0;
    if (this.isNarrow) this.detail.scrollIntoView({block: "nearest"});
    this.options.onSelect?.(event, index);
  }

  titleOf(event) {
    if (event.event === undefined) return `${event.direction === "toGateway" ? "→" : "←"} ${event.name}`;
    if (event.event === "fault") return event.fault;
    return event.event;
  }

  listOf(group, selected) {
    const box = node("div", "tl-list");
    box.append(node("p", "tl-note", `${group.length} events at this place`));
    const list = node("ol");
    for (const index of group.slice(0, MOST_LISTED)) {
      const item = node("li");
      const button = node("button", index === selected ? "is-selected" : "", clipped(describe(this.events[index]), 110));
      button.type = "button";
      button.addEventListener("click", () => this.select(index, group));
      item.append(button);
      list.append(item);
    }
    box.append(list);
    if (group.length > MOST_LISTED) box.append(node("p", "tl-note", `and ${group.length - MOST_LISTED} more; zoom in to see them`));
    return box;
  }
}

// Small things

/** An element with a class and a text; never markup. */
function node(name, className = "", text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function clipped(text, most) { return text.length > most ? text.slice(0, most) + "…" : text; }

function secondsText(seconds) { return seconds.toFixed(3); }

function quietText(seconds) {
  if (seconds >= 120) return `${Math.round(seconds / 60)} min`;
  return seconds >= 10 ? `${Math.round(seconds)} s` : `${seconds.toFixed(1)} s`;
}

/** A line of a program's log without the date that it begins with. */
function withoutTime(text) { return text.replace(/^\[?\d{4}-\d\d-\d\d[T ][\d:.,]+\S*\s*/, ""); }

/** `openOrder × 7, orderStatus × 7` */
function namesOf(events) {
  if (events.length === 1) return events[0].name ?? describe(events[0]).slice(2);
  const counts = new Map();
  for (const event of events) {
    const name = event.name ?? event.event;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => (count > 1 ? `${name} × ${count}` : name)).join(", ");
}

/** The fields of a message, or what else an event holds. */
function fieldsOf(event) {
  if (event.fields) return Object.entries(event.fields);
  const known = new Set(["at", "event", "gateway", "connection", "direction", "run", "name", "encoding", "omitted", "text", "by"]);
  return Object.entries(event).filter(([key, value]) => !known.has(key) && value !== "");
}

function fieldTable(fields) {
  const table = node("table", "tl-fields");
  for (const [name, value] of fields) {
    const row = node("tr");
    const cell = node("td");
    if (Array.isArray(value) && value.some((each) => typeof each === "object" && each !== null)) {
      for (const each of value.slice(0, MOST_LISTED)) cell.append(fieldTable(Object.entries(each ?? {})));
      if (value.length > MOST_LISTED) cell.append(node("p", "tl-note", `and ${value.length - MOST_LISTED} more`));
    } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      cell.append(fieldTable(Object.entries(value)));
    } else {
      cell.textContent = Array.isArray(value) ? value.join(", ") : String(value);
    }
    row.append(node("th", "", name.replaceAll(".", ".\u200b")), cell);
    table.append(row);
  }
  return table;
}

function legend() {
  const list = node("ul", "tl-legend");
  for (const [name, text] of [
    ["to-gateway", "to the gateway"], ["to-client", "to the client"], ["tick", "ticks"], ["fault", "fault"],
    ["trouble", "failure or error"], ["warning", "half closed, odd bytes"], ["held", "socket kept in CLOSE_WAIT"], ["quiet", "folded quiet time"],
  ]) {
    const item = node("li", "", text);
    item.prepend(node("i", `key-${name}`));
    list.append(item);
  }
  return list;
}

function readColours(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(`--${name}`).trim();
  const colours = {font: style.fontFamily, states: {}};
  for (const name of [
    "text", "muted", "line", "back", "plate", "quiet", "step", "program", "open", "held", "warning", "passed", "failed", "fault",
    "tick", "green", "red", "closed", "selected",
  ]) colours[name] = read(name);
  for (const [key, name] of Object.entries({
    faultLine: "fault-line", logLine: "log-line", toGateway: "to-gateway", toClient: "to-client", onGreen: "on-green",
    onRed: "on-red", onState: "on-state", mapBars: "map-bars", mapWindow: "map-window",
  })) colours[key] = read(name);
  for (const state of ["ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "SYN_SENT", "SYN_RECV", "LAST_ACK", "CLOSING"]) {
    colours.states[state] = read(`state-${state.toLowerCase().replace(/[_\d]/g, "")}`);
  }
  return colours;
}

function fitCanvas(canvas, width, height) {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
}

function rounded(context, x, y, width, height, radius, colour) {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x, y, width, height, Math.min(radius, width / 2));
  context.fill();
}

function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

function diamond(context, x, y, size) {
  context.beginPath();
  context.moveTo(x, y - size);
  context.lineTo(x + size, y);
  context.lineTo(x, y + size);
  context.lineTo(x - size, y);
  context.fill();
}

function triangle(context, x, y, size, isDown) {
  const tip = isDown ? size * 0.8 : -size * 0.8;
  context.beginPath();
  context.moveTo(x - size, y - tip);
  context.lineTo(x + size, y - tip);
  context.lineTo(x, y + tip);
  context.fill();
}
