// SPDX-License-Identifier: Apache-2.0
// Offsets of zones that the configuration does not have, for an engine's `zone`.

/** The offset of a zone, and from when until before when it holds. */
export interface ZoneAnswer {
  /** East of UTC, -1439 to 1439. */
  readonly offsetMinutes: number;
  /** Absent: since ever. */
  readonly from?: Date;
  /** Absent: for ever. */
  readonly until?: Date;
}

/** An engine's `zone`: what a zone's offset is at a time; minutes alone hold for ever; null: no such zone. */
export type Zone = (name: string, at: Date) => ZoneAnswer | number | null | undefined;

const WEEK = 7 * 86_400_000;
const WEEKS = 60;
const formats = new Map<string, Intl.DateTimeFormat | null>();
const known = new Map<string, Required<ZoneAnswer>>();

function formatOf(name: string): Intl.DateTimeFormat | null {
  let found = formats.get(name);
  if (found === undefined) {
    try {
      found = new Intl.DateTimeFormat("en-US", {
        timeZone: name, hourCycle: "h23", era: "short", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
      });
    } catch {
      found = null;
    }
    if (formats.size > 1000) formats.clear();
    formats.set(name, found);
  }
  return found;
}

/** Minutes east of UTC. */
function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const part: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = value;
  const year = part.era === "BC" ? 1 - Number(part.year) : Number(part.year);
  const local = new Date(0);
  local.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  local.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
  return Math.floor((local.getTime() - Math.floor(ms / 1000) * 1000) / 60_000);
}

/** From a whole second on (a negative step: back), the last second with the same offset, looked for in so many weeks. */
function bound(format: Intl.DateTimeFormat, at: number, step: number): number {
  const here = offsetAt(format, at);
  let near = at;
  let far = at;
  for (let week = 0; ; week++) {
    if (week === WEEKS) return far;
    near = far;
    far += step;
    if (offsetAt(format, far) !== here) break;
  }
  while (Math.abs(far - near) > 1000) {
    const middle = Math.floor((near + far) / 2000) * 1000;
    if (offsetAt(format, middle) === here) near = middle;
    else far = middle;
  }
  return near;
}

/** What Node's Intl knows of a zone: new Engine(config, {zone: systemZone}). null: no such zone. */
export function systemZone(name: string, at: Date): ZoneAnswer | null {
  const last = known.get(name);
  if (last && last.from <= at && at < last.until) return last;
  const format = formatOf(name);
  if (!format) return null;
  const second = Math.floor(at.getTime() / 1000) * 1000;
  const found = {
    offsetMinutes: offsetAt(format, second), from: new Date(bound(format, second, -WEEK)), until: new Date(bound(format, second, WEEK) + 1000),
  };
  known.set(name, found);
  return found;
}

/** @internal An answer as the addon takes it. */
export function zoneAnswer(answer: ReturnType<Zone>): unknown {
  if (answer === null || answer === undefined) return null;
  if (typeof answer === "number") return { offsetMinutes: answer };
  const { offsetMinutes, from, until, ...rest } = answer;
  return { ...rest, offsetMinutes, fromMs: from ? from.getTime() : 0, untilMs: until ? until.getTime() : 0 };
}
