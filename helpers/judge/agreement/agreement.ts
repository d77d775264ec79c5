import type { Migration } from '../../config/schema.ts';
import { databaseLook } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, countOf, duration, list, number, percent } from '../words.ts';
import type { BucketDifference, ColumnAgreement, StreamAgreement } from './observed.ts';
import { type BothSettings, settingsFindings } from './settings.ts';

/** Buckets of a column that are shown side by side. */
const worstShown = 3;

/**
 * P3.agreement (plan 3.2): in every bucket, and over all, at least the declared share of the old samples agrees with the
 * messages in the new system in each column, and at least the declared share of the time is compared. A single sample of
 * a bucket may differ: the message that it was taken from may have been lost, which P3.continuity is there to tell. Without a stream to compare nothing is decided.
 */
export function judgeAgreement(
  agreements: Sightings<StreamAgreement>,
  settings: BothSettings,
  migration: Migration,
): Verdict {
  const { share, coverage, window } = migration.agreement;
  const findings = agreements.seen.flatMap((stream) => [
    coverageFinding(stream, migration),
    ...stream.columns.flatMap((column) => columnFinding(stream, column, migration)),
  ]);
  const compared = agreements.seen.reduce((sum, { comparedCount }) => sum + comparedCount, 0);
  const columns = agreements.seen.reduce((sum, stream) => sum + stream.columns.length, 0);
  const ofSettings = settingsFindings(settings, migration);
  return verdictOf([...findings, ...ofSettings, ...unseenFindings(agreements.unseen)], {
    expected: `over ${duration(window)}, ${percent(share)} of the old samples of each ${duration(migration.agreement.bucket)} agree with the new system in each column, and ${percent(coverage)} of the time is compared; the settings are equal`,
    pass: `${count(compared, 'sample')}, ${count(columns, 'column agrees', 'columns agree')}${leftOut(agreements.seen)}`,
    hint: 'Compare the mapping of the column in the old input with that of the bridge and the sink; if the difference is meant, declare its tolerance, or the column dropped, in migration.yaml.',
  });
}

function coverageFinding(stream: StreamAgreement, migration: Migration): Finding {
  const { seconds, uncomparedSeconds, unsampledSeconds, sampleCount, comparedCount } = stream;
  const begins = stream.startsWith === undefined ? '' : ` (the ${stream.startsWith} system’s rows begin there)`;
  const over = `${duration(seconds)} from ${stream.from}${begins}`;
  const subject = `${stream.stream} (new: ${stream.newStream})`;
  if (seconds < stream.bucketSeconds) {
    const observed = `both systems hold rows for ${duration(seconds)} only, from ${stream.from}: too little to compare`;
    return { subject, verdict: 'inconclusive', observed, hint: 'verify again when both have run for longer' };
  }
  // By time, and by samples: of several devices one may be missing while the others cover the time.
  const share = Math.min(1 - uncomparedSeconds / seconds, sampleCount === 0 ? 0 : comparedCount / sampleCount);
  const later = stream.stampedLaterSeconds;
  const stamped =
    later === undefined ? '' : `, stamped ${duration(later)} ${later < 0 ? 'earlier' : 'later'} on average`;
  const words = `${countOf(comparedCount, sampleCount, 'sample')} compared, ${percent(share)} of ${over}${stamped}`;
  if (share >= migration.agreement.coverage) return { subject, verdict: 'pass', observed: words };
  const longest = stream.longestUncompared;
  const gap = longest === undefined ? '' : `; nothing from ${longest.from} to ${longest.to}`;
  // Samples without a message are the new system's loss; time without samples is the old one's.
  const whose =
    unsampledSeconds > uncomparedSeconds / 2
      ? `the old system has no sample in ${duration(unsampledSeconds)}`
      : `the new system has no message for ${count(sampleCount - comparedCount, 'sample')}`;
  return {
    subject,
    verdict: 'fail',
    observed: `${words}: below ${percent(migration.agreement.coverage)}; ${whose}${gap}`,
    ...(longest === undefined ? {} : { since: longest.from }),
    hint: 'See P3.continuity for what the new system missed, and P3.old-flows for whether the old one still runs.',
  };
}

function columnFinding(stream: StreamAgreement, column: ColumnAgreement, migration: Migration): Finding[] {
  const { comparedCount, differingCount, buckets } = column;
  if (comparedCount === 0) return [];
  const { share } = migration.agreement;
  const subject = `${stream.stream}.${column.old} (new: ${column.new})`;
  const bad = buckets.filter(
    (bucket) => bucket.differingCount > 1 && bucket.differingCount > (1 - share) * bucket.comparedCount,
  );
  const few = differingCount <= (1 - share) * comparedCount;
  if (bad.length === 0 && few) {
    const differ = differingCount === 0 ? 'all agree' : count(differingCount, 'differs', 'differ');
    return [{ subject, verdict: 'pass', observed: `${count(comparedCount, 'sample')}, ${differ}` }];
  }
  const shown = worst(bad.length > 0 ? bad : buckets);
  const rows = migration.new.streams[stream.newStream]?.rows;
  const first = shown[0];
  const look =
    rows === undefined || first === undefined
      ? {}
      : databaseLook(
          migration,
          rows.database,
          `SELECT ${rows.time}, ${column.new} FROM ${rows.table} WHERE ${rows.time} >= '${first.from}' ORDER BY 1 LIMIT 50`,
        );
  return [
    {
      subject,
      verdict: 'fail',
      observed: `${countOf(differingCount, comparedCount, 'sample')} ${differingCount === 1 ? 'differs' : 'differ'}, in ${countOf(bad.length, stream.bucketCount, 'bucket')} more than ${percent(1 - share)}; ${sideBySide(shown)}`,
      since: (bad[0] ?? buckets[0])?.from ?? stream.from,
      ...look,
    },
  ];
}

function worst(buckets: readonly BucketDifference[]): BucketDifference[] {
  const share = ({ differingCount, comparedCount }: BucketDifference) => differingCount / comparedCount;
  return [...buckets].sort((a, b) => share(b) - share(a) || b.differingCount - a.differingCount).slice(0, worstShown);
}

/** `12:15 (15 of 15): old 3.4, new 34 at …` */
function sideBySide(buckets: readonly BucketDifference[]): string {
  const words = buckets.map(
    ({ from, comparedCount, differingCount, worst: { device, oldAt, old, newAt, new: value } }) => {
      const of = device === undefined ? '' : ` of ${device}`;
      return `${from} (${differingCount} of ${comparedCount}): old ${shown(old)}${of} at ${oldAt}, new ${shown(value)} at ${newAt}`;
    },
  );
  return `worst: ${list(words)}`;
}

function shown(value: DifferingValue): string {
  return value === null ? 'nothing' : String(value);
}

type DifferingValue = BucketDifference['worst']['old'];

function leftOut(streams: readonly StreamAgreement[]): string {
  const inFlight = streams.reduce((sum, { inFlightCount }) => sum + inFlightCount, 0);
  return inFlight === 0 ? '' : `; ${number(inFlight)} more may be in flight`;
}
