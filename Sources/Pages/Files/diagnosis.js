// The page of a diagnosis: what was found, the events that prove it, and the recording's timeline.

const VERDICT_WORDS = {
  recognized: ["failed", "recognized"], unknown: ["unknown", "unknown"], healthy: ["passed", "healthy"],
  empty: ["unplayed", "no gateway"],
};
const CERTAINTY_WORDS = {certain: "certain", likely: "likely", "one-of": "look alike on the wire"};

class DiagnosisReport {
  constructor(data, events, main) {
    this.data = data;
    this.main = main;
    this.diagnosis = data.diagnosis;
    this.places = placesOf(events);
    const {from, to} = this.diagnosis;
    document.getElementById("when").textContent = `${from.slice(0, 19).replace("T", " ")} UTC · version ${data.version}`;
    document.title = `fakegw diagnosis: ${data.headline}`;
    this.start = Date.parse(from);
    const parts = [this.head((Date.parse(to) - this.start) / 1000)];
    for (const [index, incident] of this.diagnosis.incidents.entries()) parts.push(this.incidentOf(incident, index + 1));
    for (const oddity of this.diagnosis.oddities) parts.push(this.oddityOf(oddity));
    for (const text of this.diagnosis.notes) parts.push(node("p", "note", text));
    if (data.omitted) parts.push(node("p", "note", `${data.omitted} events are left out of the timeline, mostly messages from the middle.`));
    const place = node("section");
    parts.push(node("h2", "", "What happened"), place);
    main.replaceChildren(...parts);
    this.timeline = new Timeline(place, {events});
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.timeline.selected !== null) this.timeline.select(null);
    });
  }

  head(seconds) {
    const {verdict, files, connections, messages} = this.diagnosis;
    const [group, words] = VERDICT_WORDS[verdict] ?? ["unknown", verdict];
    const head = node("div", `head is-${group}`);
    head.append(node("h1", "", this.data.headline));
    const facts = node("div", "facts");
    facts.append(node("span", "badge", words));
    for (const [name, value] of [
      ["files", files.join(", ")], ["connections", connections], ["messages", messages], ["time", `${seconds.toFixed(1)} s`],
    ]) {
      const made = node("span", "", `${name} `);
      made.append(node("b", "", String(value)));
      facts.append(made);
    }
    head.append(facts);
    return head;
  }

  incidentOf(incident, number) {
    const [best] = incident.named;
    const card = node("article", "incident");
    const title = node("h3", "", `${number}. ${incident.named.map((named) => named.name).join(" or ")}`);
    title.append(node("small", "", CERTAINTY_WORDS[incident.certainty] ?? incident.certainty));
    card.append(title);
    for (const named of incident.named) {
      const text = incident.named.length > 1 ? `${named.name}: ${named.summary ?? ""}` : named.summary ?? "";
      card.append(node("p", "", text));
    }
    card.append(this.evidenceOf(best.evidence, best.times));
    const facts = node("dl");
    const fact = (name, text) => { if (text) facts.append(node("dt", "", name), node("dd", "", text)); };
    fact("ends by", best.clearedBy);
    for (const client of best.clients ?? []) {
      fact(client.client.join(", "), [...client.says, ...client.logs].join(" / ") || client.outcome);
    }
    fact("try it", `fakegw serve --pathology ${best.name}`);
    if (best.demonstration) fact("", `fakegw run ${best.demonstration}`);
    for (const line of incident.apart) fact("tell apart", line);
    card.append(facts);
    return card;
  }

  oddityOf(oddity) {
    const card = node("article", "incident is-odd");
    card.append(node("h3", "", oddity.text), this.evidenceOf(oddity.evidence, oddity.times));
    return card;
  }

  /** A row an event; it shows its place on the timeline. */
  evidenceOf(evidence, times) {
    const table = node("table", "evidence");
    if (times > 1) table.append(node("caption", "", `seen ${times} times; the first:`));
    for (const sighting of evidence) {
      const row = node("tr");
      const last = sighting.lastPacket > sighting.packet ? `-${sighting.lastPacket}` : "";
      const place = sighting.packet === undefined ? `line ${sighting.event}` : `packet ${sighting.packet}${last}`;
      const name = sighting.connection === undefined ? "" : `${sighting.gateway ? `${sighting.gateway} ` : ""}#${sighting.connection}`;
      row.append(
        node("td", "number", `${((Date.parse(sighting.at) - this.start) / 1000).toFixed(3)} s`), node("td", "place", place),
        node("td", "place", name), node("td", "", sighting.text));
      const index = this.places.get(sighting.event);
      if (index !== undefined) {
        row.tabIndex = 0;
        row.setAttribute("role", "button");
        row.addEventListener("click", () => this.show(index));
        row.addEventListener("keydown", (event) => { if (event.key === "Enter") this.show(index); });
      }
      table.append(row);
    }
    return table;
  }

  show(index) {
    this.timeline.select(index);
    this.timeline.reveal(index);
    this.timeline.element.scrollIntoView({block: "nearest"});
  }
}

/** Where the events of the recording, counted from 1, stand among those that the page has. */
function placesOf(events) {
  const places = new Map();
  let number = 0;
  for (const [index, event] of events.entries()) {
    if (event.event === "omitted") {
      number += event.count;
    } else {
      number += 1;
      places.set(number, index);
    }
  }
  return places;
}

document.report = new DiagnosisReport(
  JSON.parse(document.getElementById("report").textContent),
  JSON.parse(document.getElementById("events").textContent), document.getElementById("main"));
