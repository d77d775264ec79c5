/**
 * The newest record's time, in milliseconds since the epoch, found by asking "is there a record at or after this time?".
 *
 * The broker answers that from its index, so the cost depends on the record's age and on no count of records: steps back
 * from now double until one is found, then the interval is halved down to one millisecond: about 25 questions for a
 * record of 10 s, 40 for one of a day. Undefined when there is no record, or none with a time.
 *
 * @param isRecordSince must be monotone: true for a time is true for every time before it
 * @param now where the search begins; records later than that are found too (a clock that runs ahead)
 */
export async function newestTime(
  isRecordSince: (time: number) => Promise<boolean>,
  now: number,
): Promise<number | undefined> {
  let found: number;
  let notFound: number;
  if (await isRecordSince(now)) {
    found = now;
    let step = firstStep;
    while (await isRecordSince(found + step)) {
      found += step;
      step *= 2;
      if (found > latest) return found;
    }
    notFound = found + step;
  } else {
    notFound = now;
    let step = firstStep;
    while (!(await isRecordSince(Math.max(0, notFound - step)))) {
      if (notFound - step <= 0) return undefined;
      notFound -= step;
      step *= 2;
    }
    found = Math.max(0, notFound - step);
  }
  while (notFound - found > 1) {
    const middle = Math.floor((found + notFound) / 2);
    if (await isRecordSince(middle)) found = middle;
    else notFound = middle;
  }
  // A broker that deletes old records meanwhile has led the halving to a time of no record.
  return (await isRecordSince(found)) ? found : newestTime(isRecordSince, now);
}

const firstStep = 1000;
/** The last time a Date can hold; a record stamped beyond it has no time worth halving for. */
const latest = 8.64e15 / 2;
