import type { Migration } from '../../config/schema.ts';
import type { OldStreamConfig } from '../../config/sections/old-streams.ts';
import { nearRows } from '../../database/near-rows.ts';
import type { NearRow, OldSample } from '../../database/observed.ts';
import { readOldSamples } from '../../database/old-samples.ts';
import type { Queries } from '../../database/sql.ts';
import { countRows, oldestRow } from '../../database/stream-rows.ts';
import { bestMatch, type ColumnPair } from '../../judge/agreement/compare.ts';
import type { StreamAgreement } from '../../judge/agreement/observed.ts';
import { Tally } from '../../judge/agreement/tally.ts';
import { windowBetween } from '../../judge/window.ts';

/** What is compared: an old stream that has a counterpart, and the databases of both. */
export interface Comparison {
  readonly stream: string;
  readonly old: { readonly config: OldStreamConfig; readonly db: Queries };
  readonly new: {
    readonly stream: string;
    readonly rows: Migration['new']['streams'][string]['rows'];
    readonly db: Queries;
  };
  readonly migration: Pick<Migration, 'agreement' | 'maintenance'>;
  readonly now: Date;
}

/** A message is stamped when it arrives, and so after its sensor stamped the sample: most are found by this one probe. */
const next = { before: 0, after: 1 };
/** What is asked for where that one differs or is not there: the clocks may be some messages apart. */
const around = { before: 8, after: 8 };

/**
 * Compares an old stream's samples with the messages in the new system, over the declared window up to what may be in
 * flight. Both databases are read in the order of time, page by page: while the new one looks for the rows near to a page
 * of samples, the old one reads the next. Memory is bounded by two pages and the tally.
 * Throws `Unobservable` when either side cannot be read.
 */
export async function compareStream(comparison: Comparison): Promise<StreamAgreement> {
  const { stream, old, migration, now } = comparison;
  const { window, bucket, inFlight } = migration.agreement;
  const until = new Date(now.getTime() - inFlight * 1000);
  const asked = new Date(until.getTime() - window * 1000);
  const [oldFirst, newFirst] = await Promise.all([
    oldestRow(old.db, old.config),
    oldestRow(comparison.new.db, comparison.new.rows),
  ]);
  const starts = { old: oldFirst ?? until, new: newFirst ?? until };
  const later = starts.old > starts.new ? 'old' : 'new';
  const from = starts[later] > asked ? starts[later] : asked;
  const { spans } = windowBetween(from < until ? from : until, until, migration.maintenance);
  const columns = comparedColumns(old.config);
  const tally = new Tally({ columns, spans, bucketSeconds: bucket, everySeconds: old.config.every });
  for (const span of spans) {
    const range = { from: new Date(span.from), to: new Date(span.to), columns: columns.map((pair) => pair.old) };
    for await (const page of ahead(readOldSamples(old.db, old.config, range))) {
      await comparePage(page, columns, comparison, tally);
    }
  }
  return {
    stream,
    newStream: comparison.new.stream,
    from: from.toISOString(),
    to: until.toISOString(),
    spans,
    ...(from > asked ? { startsWith: later } : {}),
    inFlightCount: await countRows(old.db, old.config, { from: until, to: now }),
    ...tally.result(),
  };
}

/** The columns of an old stream that have a counterpart. */
function comparedColumns({ columns }: Pick<OldStreamConfig, 'columns'>): ColumnPair[] {
  return Object.entries(columns).flatMap(([old, { column, tolerance }]) =>
    column === undefined ? [] : [{ old, new: column, tolerance }],
  );
}

async function comparePage(
  page: readonly OldSample[],
  columns: readonly ColumnPair[],
  { old, new: { rows, db }, migration }: Comparison,
  tally: Tally,
): Promise<void> {
  const { within } = migration.agreement;
  const named = page.map((sample) =>
    sample.device === undefined ? sample : { ...sample, device: old.config.devices[sample.device] ?? sample.device },
  );
  const near = async (samples: readonly OldSample[], limits: typeof next) =>
    bySample(
      samples,
      await nearRows(db, rows, samples, { columns: columns.map((pair) => pair.new), within, ...limits }),
    );
  const nearest = await near(named, next);
  const matches = named.map((sample, index) => bestMatch(sample, nearest[index] ?? [], columns));
  const differing = [...matches.keys()].filter((index) => matches[index]?.differing.length !== 0);
  const wide = await near(
    differing.flatMap((index) => named[index] ?? []),
    around,
  );
  differing.forEach((index, place) => {
    const sample = named[index];
    if (sample !== undefined) matches[index] = bestMatch(sample, wide[place] ?? [], columns) ?? matches[index];
  });
  for (const [index, sample] of page.entries()) tally.add(sample, matches[index]);
}

function bySample(samples: readonly OldSample[], near: readonly NearRow[]): NearRow[][] {
  const rows: NearRow[][] = samples.map(() => []);
  for (const row of near) rows[row.sample]?.push(row);
  return rows;
}

/** Asks for the next item while the last one is being used. */
async function* ahead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next();
  while (true) {
    const { done, value } = await next;
    if (done) return;
    next = items.next();
    // Whoever asks for it is told; if nobody does, nobody minds.
    next.catch(() => {});
    yield value;
  }
}
