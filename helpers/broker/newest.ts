/**
 * The newest record's time, in milliseconds since the epoch, found by asking "is there a record at or after this time?".
 *
 * The broker answers that from its index, so the cost depends on the record's age and on no count of records. Seven
 * questions are asked at a time, since over a slow link the wait for the answers is what costs: steps away from now that
 * double until the record lies between two of them, then eighths of that interval down to one millisecond. That is at
 * most 6 waits for a record of 10 s and 13 for one of a day. Undefined when there is no record, or none with a time.
 *
 * @param isRecordSince must be monotone: true for a time is true for every time before it
 * @param now where the search begins; records later than that are found too (a clock that runs ahead)
 */
export async function newestTime(
  isRecordSince: (time: number) => Promise<boolean>,
  now: number,
): Promise<number | undefined> {
  /** Ascending times, asked about together: between which two of them, or beyond which end, the newest record lies. */
  const between = async (times: readonly number[]): Promise<Bracket> => {
    const answers = await Promise.all(times.map(isRecordSince));
    const last = answers.lastIndexOf(true);
    return { found: times[last], notFound: times[last + 1] };
  };
  let bracket = await between(steps(now, -1, 0));
  for (let from = atOnce; bracket.found === undefined; from += atOnce) {
    if (bracket.notFound === 0) return undefined;
    const further = await between(steps(now, -1, from));
    bracket = { ...further, notFound: further.notFound ?? bracket.notFound };
  }
  for (let from = 1; bracket.notFound === undefined; from += atOnce) {
    if (bracket.found !== undefined && bracket.found > latest) return bracket.found;
    const further = await between(steps(now, 1, from));
    bracket = { ...further, found: further.found ?? bracket.found };
  }
  let { found = 0, notFound } = bracket;
  while (notFound - found > 1) {
    const next = await between(inner(found, notFound));
    found = next.found ?? found;
    notFound = next.notFound ?? notFound;
  }
  // A broker that deletes old records meanwhile has led the halving to a time of no record.
  return (await isRecordSince(found)) ? found : newestTime(isRecordSince, now);
}

interface Bracket {
  /** There is a record at or after it; undefined when that holds for none of the times asked about. */
  readonly found: number | undefined;
  /** There is none. */
  readonly notFound: number | undefined;
}

const atOnce = 7;
const firstStepMs = 1000;
/** The last time a Date can hold; a record stamped beyond it has no time worth halving for. */
const latest = 8.64e15 / 2;

/** Ascending: `now` and what is 1, 3, 7 … s before or after it, from the step of that number on; none before the epoch. */
function steps(now: number, direction: 1 | -1, from: number): number[] {
  const all = Array.from({ length: atOnce }, (_, index) => now + direction * firstStepMs * (2 ** (from + index) - 1));
  return [...new Set(all.map((time) => Math.max(0, time)))].sort((a, b) => a - b);
}

/** Times that divide an interval evenly; each lies within it, and there is one at least. */
function inner(found: number, notFound: number): number[] {
  const parts = Math.min(atOnce + 1, notFound - found);
  return Array.from(
    { length: parts - 1 },
    (_, index) => found + Math.floor(((notFound - found) * (index + 1)) / parts),
  );
}
