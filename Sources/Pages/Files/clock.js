// The one clock of a timeline: where each event stands on the drawing.
//
// An event has a time in seconds since the first one, and a place in units. On the even clock a unit
// is a second. On the folded clock quiet time is short: milliseconds stay as they are, and a minute
// takes half a second. There, messages of the same instant stand side by side in their order.

const FOLD = 0.01;
const POWER = 0.35;
const ROOM = 0.0004;
const QUIET_SECONDS = 0.25;

class Clock {
  constructor() {
    this.times = [];
    this.folded = [];
    this.isFolded = true;
    /** Gaps without any event, by the index of the event behind them. */
    this.quiet = [];
    /** Milliseconds since 1970 at time 0. */
    this.base = null;
    /** Seconds at the end of a stream, when that is behind its last event. */
    this.now = 0;
    this.second = "";
    this.secondMilliseconds = 0;
  }

  get length() { return this.times.length; }

  /** Adds the next event; one that lies before the last is put beside it. */
  append(at, takesRoom) {
    const time = Math.max(this.seconds(at), this.times.at(-1) ?? 0);
    const gap = this.length === 0 ? 0 : time - this.times.at(-1);
    const before = this.folded.at(-1) ?? 0;
    if (gap >= QUIET_SECONDS) this.quiet.push(this.length);
    this.folded.push(before + Clock.foldedLength(gap) + (takesRoom ? ROOM : 0));
    this.times.push(time);
  }

  /** Sets time 0, and reads a time such as 2026-01-15T14:30:00.000000Z. */
  seconds(at) {
    const second = at.slice(0, 19);
    if (second !== this.second) {
      this.second = second;
      this.secondMilliseconds = Date.parse(second + "Z");
    }
    const fraction = Number("0." + (at.slice(20, -1) || "0"));
    if (this.base === null) this.base = this.secondMilliseconds + fraction * 1000;
    return (this.secondMilliseconds - this.base) / 1000 + fraction;
  }

  unit(index) { return this.isFolded ? this.folded[index] : this.times[index]; }

  get end() { return this.length === 0 ? 0 : Math.max(this.unit(this.length - 1), this.unitOfTime(this.now)); }

  unitOfTime(time) {
    if (!this.isFolded) return time;
    const behind = time - (this.times.at(-1) ?? time);
    return behind > 0 ? this.folded.at(-1) + Clock.foldedLength(behind) : Clock.between(this.times, this.folded, time);
  }

  timeOfUnit(unit) {
    if (!this.isFolded) return unit;
    const behind = unit - (this.folded.at(-1) ?? unit);
    return behind > 0 ? this.times.at(-1) + FOLD * ((1 + behind * POWER / FOLD) ** (1 / POWER) - 1) : Clock.between(this.folded, this.times, unit);
  }

  /** The units that a time without events takes. */
  static foldedLength(gap) { return (FOLD / POWER) * ((1 + gap / FOLD) ** POWER - 1); }

  /** The first event at or behind a place. */
  firstIndex(unit) { return Clock.lowerBound(this.isFolded ? this.folded : this.times, unit); }

  static lowerBound(values, wanted) {
    let low = 0;
    let high = values.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[middle] < wanted) low = middle + 1; else high = middle;
    }
    return low;
  }

  static between(from, to, value) {
    const last = from.length - 1;
    if (last < 0) return value;
    if (value <= from[0]) return to[0] + (value - from[0]);
    if (value >= from[last]) return to[last] + (value - from[last]);
    const index = Clock.lowerBound(from, value);
    const low = from[index - 1];
    const share = from[index] === low ? 1 : (value - low) / (from[index] - low);
    return to[index - 1] + share * (to[index] - to[index - 1]);
  }
}
