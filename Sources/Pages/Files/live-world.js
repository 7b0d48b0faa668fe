// The world of a gateway: its prices, orders, positions, accounts and clock, with what can be told about
// each beside it. It may be large, so it is asked for only while it is open.

/** @returns a number as people write it: no more than four digits behind the point */
function short(number) { return Number(number).toLocaleString("en", {maximumFractionDigits: 4}); }

/** The keys that name an order, of which one is enough. */
const ORDER_KEYS = ["order", "perm-id", "order-ref", "client-id"];

/** How an order is named in a command: it has no permanent id before it is transmitted. */
function orderName(order) {
  return order.permId ? {"perm-id": order.permId} : {order: order.orderId, "client-id": order.clientId};
}

/**
 * What a world has, by the name of its button. `items` finds it, `key` tells one from the others, `name`,
 * `about` and `values` show it, and `acts` are buttons: a text, and what pressing it does.
 */
const WORLD_VIEWS = [
  {
    title: "Prices", none: "No contract is like that.",
    items: (world) => world.instruments, key: (item) => item.conId,
    name: (item) => item.localSymbol, about: (item) => `${item.secType} · ${item.exchange} · ${item.currency}`,
    values: [["bid", (item) => item.bid], ["last", (item) => item.last], ["ask", (item) => item.ask]],
    isBad: (item) => item.isHalted, note: (item) => (item.isHalted ? "halted" : ""),
    acts: [
      [() => "Set…", (page, item) => page.openCommand("set-price", {contract: item.conId})],
      [(item) => (item.isHalted ? "Resume" : "Halt"),
        (page, item) => page.tell({[item.isHalted ? "resume-trading" : "halt"]: null, contract: item.conId})],
    ],
  },
  {
    title: "Orders", none: "No open order is like that.",
    items: (world) => world.openOrders, key: (item) => `${item.permId} ${item.clientId} ${item.orderId}`,
    name: (item) => `${item.action} ${short(item.quantity)} ${item.symbol} ${item.orderType}${item.limit ? ` ${item.limit}` : ""}`,
    about: (item) => [`order ${item.orderId} of client ${item.clientId}`, item.account, item.orderRef].filter(Boolean).join(" · "),
    values: [["filled", (item) => short(item.filled)], ["status", (item) => item.status]],
    acts: [
      [() => "Fill", (page, item) => page.tell({"fill-order": null, ...orderName(item)})],
      [() => "Part…", (page, item) => page.openCommand("fill-order", orderName(item), ORDER_KEYS)],
      [() => "Reject…", (page, item) => page.openCommand("reject-order", orderName(item), ORDER_KEYS)],
      [() => "Cancel…", (page, item) => page.openCommand("cancel-order", orderName(item), ORDER_KEYS)],
    ],
  },
  {
    title: "Positions", none: "No position is like that.",
    items: (world) => world.accounts.flatMap((account) => account.positions.map((position) => ({...position, account: account.name}))),
    key: (item) => `${item.account} ${item.conId}`, name: (item) => item.symbol, about: (item) => item.account,
    values: [["quantity", (item) => short(item.quantity)], ["average cost", (item) => short(item.averageCost)],
      ["realized", (item) => short(item.realizedProfit)]],
    acts: [[() => "Drift…", (page, item) => page.openCommand("drift-position", {contract: item.conId, account: item.account})]],
  },
  {
    title: "Accounts", none: "No account is like that.",
    items: (world) => world.accounts, key: (item) => item.name, name: (item) => item.name,
    about: (item) => Object.entries(item.cash).map(([currency, amount]) => `${short(amount)} ${currency}`).join(", "),
    values: [[(item) => `net liquidation in ${item.baseCurrency}`, (item) => short(item.netLiquidation)]],
    acts: [
      [() => "Set cash…", (page, item) => page.openCommand("set-cash", {account: item.name})],
      [() => "Set value…", (page, item) => page.openCommand("set-account-value", {account: item.name})],
    ],
  },
];

class WorldPanel {
  constructor(page) {
    this.page = page;
    this.tabs = new Map();
    const tabs = make("div.world-tabs", {role: "group", "aria-label": "What of the world is shown"});
    for (const view of WORLD_VIEWS) {
      const tab = make("button.tab", {type: "button", "aria-pressed": "false", onclick: () => this.choose(view)}, view.title);
      this.tabs.set(view, tab);
      tabs.append(tab);
    }
    this.filter = make("input", {type: "search", placeholder: "Filter", "aria-label": "Filter the world", oninput: () => this.fill()});
    this.time = make("span.clock");
    this.stop = button("Stop clock", "Its time stands still, and nothing comes due",
      () => page.tell({[this.world.clockStandsStill ? "start-clock" : "stop-clock"]: null}), "quiet");
    this.tools = make("div.world-tools", {}, this.filter, this.time, this.stop,
      button("Advance…", "Put its time forward", () => page.openCommand("advance-clock", {}), "quiet"));
    this.list = make("div.world-rows");
    this.none = make("p.none");
    this.element = make("section.panel.world", {"aria-label": "World"},
      make("header", {}, make("h2", {}, "World"), tabs), this.tools, this.list, this.none);
    this.choose(null);
  }

  get isOpen() { return this.view !== null; }

  /** Opens what was pressed, or closes it when it is open. */
  choose(view) {
    this.view = view === this.view ? null : view;
    for (const [each, tab] of this.tabs) tab.setAttribute("aria-pressed", String(each === this.view));
    if (this.isOpen && this.world) {
      this.empty();
      this.show(this.world);
    } else {
      this.forget();
    }
    if (this.isOpen) this.page.refresh();
  }

  /** What another gateway's world was. */
  forget() {
    this.world = undefined;
    this.empty();
    for (const element of [this.tools, this.list, this.none]) element.hidden = true;
  }

  empty() {
    this.rows = null;
    this.list.replaceChildren();
  }

  /** @param world `null` when the gateway has none */
  show(world) {
    this.world = world;
    this.none.hidden = world !== null;
    setText(this.none, "This gateway answers from a recording, or from another gateway: it has no world.");
    this.tools.hidden = this.list.hidden = world === null;
    if (world === null || !this.isOpen) return;
    const state = world.clockStandsStill ? " stands still" : world.marketWaits ? " · prices wait for the first request" : "";
    setText(this.time, `${world.time.slice(0, 19).replace("T", " ")}${state}`);
    setText(this.stop, world.clockStandsStill ? "Start clock" : "Stop clock");
    this.fill();
  }

  fill() {
    if (!this.world) return;
    const {view} = this;
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const items = view.items(this.world).filter((item) => {
      const text = `${view.name(item)} ${view.about(item)} ${view.note?.(item) ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    this.rows ??= new Rows(this.list, (item) => this.row(view, item), view.none);
    this.rows.show(items, (item) => `${this.page.name} ${view.key(item)}`);
    const more = items.length - MOST_ROWS;
    if (more > 0) setText(this.none, `${grouped(more)} more; the filter finds them`);
    this.none.hidden = more <= 0;
  }

  row(view, item) {
    let now = item;
    const name = make("b");
    const note = make("span.note");
    const about = make("span.about");
    const values = view.values.map(([label]) => ({label: make("span.label"), value: make("span.value"), name: label}));
    const acts = view.acts.map(([text, act]) => ({text, button: button("", "", () => act(this.page, now), "quiet")}));
    const element = make("div.world-row", {}, make("div.what", {}, name, note, about),
      make("div.values", {}, ...values.map((each) => make("span", {}, each.label, each.value))),
      make("div.acts", {}, ...acts.map((each) => each.button)));
    return {
      element,
      update: (next) => {
        now = next;
        setText(name, view.name(next));
        setText(note, view.note?.(next) ?? "");
        setText(about, view.about(next));
        for (const [index, each] of values.entries()) {
          setText(each.label, typeof each.name === "function" ? each.name(next) : each.name);
          setText(each.value, view.values[index][1](next));
        }
        for (const each of acts) {
          setText(each.button, each.text(next));
          each.button.title = `${each.text(next).replace("…", "")} ${view.name(next)}`;
        }
        element.classList.toggle("is-bad", view.isBad?.(next) ?? false);
      },
    };
  }
}
