// Talks to the control port that the page comes from: requests, what is wrong with them in words, and
// the stream of events. It knows nothing of the page.

const FLUSH_MILLISECONDS = 150;
const RETRY_MILLISECONDS = 1000;
/** Events that wait to be drawn; when there are more, they are drawn at once. */
const MOST_WAITING = 4000;

/** Why a request was not done. */
class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    this.status = status;
    this.title = title;
  }

  get words() { return this.title && this.message !== this.title ? `${this.title}: ${this.message}` : this.message; }
}

class Server {
  constructor() {
    const query = new URLSearchParams(location.search);
    this.token = query.get("token") ?? sessionStorage.getItem("token") ?? "";
    if (query.has("token")) {
      // A token must not stay where it is read over somebody's shoulder, or copied.
      query.delete("token");
      history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : "") + location.hash);
      this.keepToken(this.token);
    }
  }

  keepToken(token) {
    this.token = token;
    sessionStorage.setItem("token", token);
  }

  /** @returns what the answer holds: "json", "text" or "blob" */
  async ask(method, path, body, form = "json") {
    const headers = {};
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    let answer;
    try {
      answer = await fetch(path, {method, headers, body, cache: "no-store"});
    } catch {
      throw new Problem(0, "nobody answers", "fakegw has ended, or cannot be reached from here");
    }
    if (!answer.ok) throw await Server.problem(answer);
    return answer.status === 204 ? null : answer[form]();
  }

  get(path) { return this.ask("GET", path); }

  /** @param body an object, or a text of JSON or YAML */
  send(method, path, body) {
    return this.ask(method, path, typeof body === "object" ? JSON.stringify(body) : body);
  }

  static async problem(answer) {
    try {
      const {title, detail} = await answer.json();
      return new Problem(answer.status, title, detail);
    } catch {
      return new Problem(answer.status, "it was refused", `the answer is ${answer.status} ${answer.statusText}`);
    }
  }

  async download(path, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await this.ask("GET", path, undefined, "blob"));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
}

/** The events as they come, again from where it broke off when the connection was lost. */
class Feed {
  /**
   * @param told.verify resolves once the far side is known to be the same run, or false when it is another
   * @param told.refused hears that the token is not the right one any more
   * @param told.events gets arrays of events
   * @param told.state gets "live" or "lost"
   */
  constructor(server, told) {
    this.server = server;
    this.told = told;
    this.last = 0;
    this.wantsTicks = false;
    this.waiting = [];
  }

  /** Begins anew, or goes on behind the last event. */
  open() {
    this.close();
    this.isVerified = false;
    const query = new URLSearchParams({since: this.last});
    if (this.wantsTicks) query.set("ticks", "1");
    if (this.server.token) query.set("token", this.server.token);
    const source = this.source = new EventSource(`/api/v1/events?${query}`);
    source.onopen = () => this.verify(source);
    source.onmessage = (event) => this.take(event);
    source.onerror = () => {
      this.isVerified = false;
      this.told.state("lost");
      if (source.readyState === EventSource.CLOSED && source === this.source) this.retry();
    };
  }

  close() {
    this.source?.close();
    clearTimeout(this.timer);
    clearTimeout(this.retryTimer);
    this.timer = 0;
    this.waiting = [];
  }

  /** The browser itself tries no more: the answer was a refusal, or the far side could not be verified. */
  retry() {
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(async () => {
      try {
        if (!await this.told.verify()) this.last = 0;
      } catch (problem) {
        if (problem.status === 401) this.told.refused();
        else this.retry();
        return;
      }
      this.open();
    }, RETRY_MILLISECONDS);
  }

  async verify(source) {
    try {
      const isSame = await this.told.verify();
      if (source !== this.source) return;
      if (!isSame) {
        this.last = 0;
        this.open();
        return;
      }
    } catch {
      if (source === this.source) this.retry();
      return;
    }
    this.isVerified = true;
    this.told.state("live");
    this.flush();
  }

  take(event) {
    this.waiting.push(event);
    if (this.waiting.length >= MOST_WAITING) this.flush();
    this.timer ||= setTimeout(() => this.flush(), FLUSH_MILLISECONDS);
  }

  flush() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.waiting.length === 0) return;
    if (!this.isVerified) {
      // The answer is on its way; what comes meanwhile is bounded.
      this.waiting.splice(0, this.waiting.length - MOST_WAITING);
      return;
    }
    const events = this.waiting;
    this.waiting = [];
    this.last = Number(events.at(-1).lastEventId);
    this.told.events(events.map((event) => JSON.parse(event.data)));
  }
}
