import type { Migration } from '../../config/schema.ts';
import { rpkLook } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration, list, number } from '../words.ts';
import type { MissingRecord, MqttHop, RecordSearch, StreamAccount } from './observed.ts';

/** At each end of the time that is accounted for, a record and its row can fall on different sides. */
const edgeRecords = 2;

/** Something else writes when rows exceed records by so many. */
const surplusRows = 10;

/**
 * P5.no-loss (plan 5.3): since the state capture each record of a stream's topic has its row. What its group has not
 * committed is in flight, as long as it is no older than the stream's limit; a record that no sink could map is rejected,
 * and told; a row that stands twice counts once. A record that the group has committed and that has no row is lost.
 */
export function judgeNoLoss(
  accounts: Sightings<StreamAccount>,
  hops: Sightings<MqttHop>,
  migration: Migration,
): Verdict {
  const findings = accounts.seen.map((account) => accountFinding(account, migration));
  const records = accounts.seen.reduce((sum, account) => sum + account.records, 0);
  const rows = accounts.seen.reduce((sum, account) => sum + account.rows - account.duplicates, 0);
  const rejected = accounts.seen.reduce((sum, { search }) => sum + kinds(search).rejected.length, 0);
  return verdictOf([...findings, ...unseenFindings(accounts.unseen), ...hopFindings(hops)], {
    expected: 'every record since the state capture has its row, but for what is in flight or cannot be mapped',
    pass: `${count(records, 'record')}, ${count(rows, 'distinct row')}${rejected === 0 ? '' : `, ${number(rejected)} rejected`}${hopWords(hops)}`,
    hint: 'Lost records stand in the topic still: stop the sink, move its group back to before them with rpk group seek, and start it again; rows that come twice are told by P1.no-duplicates.',
  });
}

function accountFinding(account: StreamAccount, migration: Migration): Finding {
  const { stream, topic, table, records, rows, duplicates, uncommitted, search, from, to } = account;
  const config = migration.new.streams[stream];
  const subject = `${topic} to ${table} (${stream})`;
  const distinct = rows - duplicates;
  const missing = records - distinct;
  const twice = duplicates === 0 ? '' : ` (${count(duplicates, 'more stands', 'more stand')} twice)`;
  const words = `${count(records, 'record')}, ${count(distinct, 'distinct row')}${twice} from ${from} to ${to}`;
  const look = rpkLook(migration.new.kafka, `group describe ${config?.group}`);
  if (missing < -edgeRecords && -missing >= surplusRows) {
    const observed = `${words}: ${count(-missing, 'row')} more than records; something else writes, or the topic was made anew`;
    return { subject, verdict: 'fail', observed, look };
  }
  if (records === 0 && rows === 0) {
    return { subject, verdict: 'pass', observed: `${words}: nothing to account for`, quiet: true };
  }
  const { lost, waiting, rejected } = kinds(search);
  const why = rejected.length === 0 ? '' : `; ${rejectedWords(rejected)}`;
  if (missing <= edgeRecords) return { subject, verdict: 'pass', observed: `${words}${why}` };
  const explained = rejected.length + (uncommitted ?? 0) + edgeRecords;
  const [first] = lost;
  if (first !== undefined) {
    const observed = `${words}: ${count(lost.length, 'record')} lost, ${offsets(lost)}: committed, without a row${why}`;
    return { subject, verdict: 'fail', observed, since: first.at, look: recordLook(account, first, migration) };
  }
  if (missing > explained && search?.complete !== true) {
    const observed = `${words}: ${count(missing, 'row')} missing, more than the ${count(explained, 'record')} in flight or rejected${why}`;
    return { subject, verdict: 'fail', observed, since: from, look };
  }
  const [oldest] = waiting;
  const waits = oldest === undefined ? 0 : (Date.parse(to) - Date.parse(oldest.at)) / 1000;
  if (oldest !== undefined && config !== undefined && waits > config.freshness) {
    const observed = `${words}: ${count(waiting.length, 'record')} not committed and without a row, ${offsets(waiting)}, for ${duration(waits)}${why}`;
    const hint = 'See P1.lag and the sink’s log for why they cannot be stored, then verify again.';
    return { subject, verdict: 'inconclusive', observed, since: oldest.at, look, hint };
  }
  const inFlight = waiting.length === 0 ? '' : `, ${number(waiting.length)} in flight`;
  return { subject, verdict: 'pass', observed: `${words}${inFlight}${why}` };
}

function kinds(search: RecordSearch | undefined) {
  const missing = search?.missing ?? [];
  const mappable = missing.filter(({ unmappable }) => unmappable === undefined);
  return {
    rejected: missing.filter(({ unmappable }) => unmappable !== undefined),
    lost: mappable.filter(({ committed }) => committed),
    waiting: mappable.filter(({ committed }) => !committed),
  };
}

function rejectedWords(rejected: readonly MissingRecord[]): string {
  const reasons = new Set(rejected.map(({ unmappable }) => unmappable ?? ''));
  return `${count(rejected.length, 'record')} rejected, not lost (${list([...reasons])}): ${offsets(rejected)}`;
}

/** `offset 12 at …` or `offsets 12 to 19, … to …`. */
function offsets(records: readonly MissingRecord[]): string {
  const [first, last] = [records[0], records.at(-1)];
  if (first === undefined || last === undefined) return '';
  if (records.length === 1) return `offset ${first.offset} of ${first.at}`;
  return `offsets ${first.offset} to ${last.offset}, ${first.at} to ${last.at}`;
}

function recordLook(
  { topic }: StreamAccount,
  { partition, offset }: MissingRecord,
  { new: { kafka } }: Migration,
): string {
  return rpkLook(kafka, `topic consume ${topic} --partitions=${partition} --offset=${offset} --num=1`);
}

/** The MQTT hop advises: a listener hears what a bridge does not, and the other way round, when either reconnects. */
function hopFindings({ seen, unseen }: Sightings<MqttHop>): Finding[] {
  const heard = seen.map(
    ({ stream, from, to, heard: messages, records }): Finding => ({
      subject: `MQTT to the topic (${stream}), advice`,
      verdict: 'pass',
      observed: `${count(messages, 'message')} heard, ${count(records, 'record')} from ${from} to ${to}${records < messages ? `: ${number(messages - records)} never came to Kafka` : ''}`,
      quiet: true,
    }),
  );
  const silent = unseen.map(
    ({ subject, message }): Finding => ({
      subject: `MQTT to the topic (${subject}), advice`,
      verdict: 'pass',
      observed: `not told: ${message}`,
      quiet: true,
    }),
  );
  return [...heard, ...silent];
}

function hopWords({ seen }: Sightings<MqttHop>): string {
  if (seen.length === 0) return '; MQTT was not listened to';
  const heard = seen.reduce((sum, hop) => sum + hop.heard, 0);
  const records = seen.reduce((sum, hop) => sum + hop.records, 0);
  return `; MQTT: ${count(heard, 'message')} heard, ${count(records, 'record')}`;
}
