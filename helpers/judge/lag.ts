import type { GroupPartition, GroupState, TopicState } from '../broker/observed.ts';
import type { Migration } from '../config/schema.ts';
import type { StreamRows } from '../database/observed.ts';
import { rpkLook } from './look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from './verdict.ts';
import { count, duration, number } from './words.ts';

export interface LagObserved {
  readonly groups: { readonly first: Sightings<GroupState>; readonly second: Sightings<GroupState> };
  readonly topics: { readonly first: Sightings<TopicState>; readonly second: Sightings<TopicState> };
  /** Each stream's newest row: rows that come while the offset stands still tell a record that cannot be stored. */
  readonly rows: { readonly first: Sightings<StreamRows>; readonly second: Sightings<StreamRows> };
}

/** One consumer group on one topic. */
interface Consumer {
  readonly group: string;
  readonly topic: string;
  readonly maxLag: number;
  /** Undefined for the settings: their table grows by no row. */
  readonly stream: string | undefined;
}

type Judged = Pick<Finding, 'verdict' | 'observed' | 'hint'>;

const frozenHint =
  'Find the record at that offset and the sink’s error about it; correct the mapping or the table, or move the group past it. Until then each restart stores the rows since again.';

/**
 * P1.lag: each consumer group has a member, a committed offset on every partition that holds records, a lag under its
 * limit, and records that waited at the first reading are committed at the second. No group, no member and no offset
 * are never "lag 0": a group that committed nothing starts at the newest record and skips what came before.
 */
export function judgeLag(observed: LagObserved, migration: Migration): Verdict {
  const consumers = consumersOf(migration);
  const { groups, topics, rows } = observed;
  const findings = consumers.flatMap((consumer): Finding[] => {
    const group = groups.second.seen.find((state) => state.group === consumer.group);
    const topic = topics.second.seen.find((state) => state.topic === consumer.topic);
    if (group === undefined || topic === undefined) return [];
    const subject = `${consumer.group} on ${consumer.topic}`;
    const look = rpkLook(migration.new.kafka, `group describe ${consumer.group}`);
    return judgeConsumer(consumer, group, topic, observed).map((judged) => ({ subject, look, ...judged }));
  });
  const unseen = [groups, topics, rows].flatMap(({ first, second }) => [...first.unseen, ...second.unseen]);
  const lags = groups.second.seen.flatMap(({ partitions }) => partitions.flatMap(({ lagRecords }) => lagRecords ?? []));
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `each consumer group has a member, a committed offset on every partition, a lag of at most ${limits(consumers)}, and an offset that moves`,
    pass: `${count(consumers.length, 'consumer')}, lag at most ${count(Math.max(0, ...lags), 'record')}`,
    hint: 'A group without a member: its sink is down or cannot reach the broker. A lag that grows: read the sink’s log for inserts that fail.',
  });
}

function consumersOf(migration: Migration): Consumer[] {
  const streams = Object.entries(migration.new.streams).map(
    ([stream, { group, topic, maxLag }]): Consumer => ({ stream, group, topic, maxLag }),
  );
  const { group, topic, maxLag } = migration.new.settings;
  return [...streams, { stream: undefined, group, topic, maxLag }];
}

function limits(consumers: readonly Consumer[]): string {
  return [...new Set(consumers.map(({ maxLag }) => count(maxLag, 'record')))].join(' or ');
}

function judgeConsumer(consumer: Consumer, group: GroupState, topic: TopicState, observed: LagObserved): Judged[] {
  if (!topic.exists) return [inconclusive('the topic does not exist, so there is nothing to consume')];
  const committed = group.partitions.filter((partition) => partition.topic === consumer.topic);
  if (group.state === 'Dead') return [fail('the group does not exist (state Dead): nothing consumes the topic')];
  if (group.members.length === 0)
    return [fail(`the group has no member (state ${group.state}): nothing consumes the topic`)];
  if (group.state !== 'Stable') return [inconclusive(`the group is in state ${group.state}`)];
  const before = observed.groups.first.seen.find((state) => state.group === consumer.group);
  const partitions = topic.partitions.map(({ partition, lowOffset, highOffset }): Judged => {
    const now = committed.find((one) => one.partition === partition);
    const then = before?.partitions.find((one) => one.topic === consumer.topic && one.partition === partition);
    if (now?.committedOffset === undefined) return uncommitted(partition, highOffset - lowOffset);
    return judgePartition({ consumer, now, then, apart: apart(before, group) }, observed);
  });
  const empty = partitions.every(({ verdict }) => verdict === 'pass') && topic.partitions.every(holdsNothing);
  return empty ? [inconclusive('the topic holds no record: whether the group consumes cannot be told')] : partitions;
}

function holdsNothing({ lowOffset, highOffset }: { lowOffset: number; highOffset: number }): boolean {
  return lowOffset === highOffset;
}

function uncommitted(partition: number, held: number): Judged {
  if (held === 0) return { verdict: 'pass', observed: `partition ${partition} holds no record, none committed` };
  return fail(
    `no committed offset on partition ${partition}, which holds ${count(held, 'record')}: a restart would begin at the newest and skip them`,
  );
}

function judgePartition(
  reading: { consumer: Consumer; now: GroupPartition; then: GroupPartition | undefined; apart: number },
  observed: LagObserved,
): Judged {
  const { consumer, now, then, apart } = reading;
  const offset = now.committedOffset ?? 0;
  const lag = Math.max(0, now.lagRecords ?? now.highOffset - offset);
  const where = `partition ${now.partition}, offset ${offset}`;
  if (then !== undefined && (then.committedOffset ?? 0) > now.highOffset) {
    return fail(
      `${where}: committed ${then.committedOffset}, beyond the topic’s end ${now.highOffset}; was the topic made anew?`,
    );
  }
  if (then?.committedOffset === undefined) {
    if (lag > consumer.maxLag)
      return fail(`${where}: ${count(lag, 'record')} behind, limit ${number(consumer.maxLag)}`);
    return inconclusive(
      `${where}: ${count(lag, 'record')} behind; without a first reading, whether it moves cannot be told`,
    );
  }
  const moved = offset - then.committedOffset;
  if (moved < 0) return fail(`${where}: went back by ${count(-moved, 'record')} in ${duration(apart)}`);
  const waited = then.highOffset - then.committedOffset;
  if (moved === 0 && waited > 0) return stoodStill(consumer, where, { lag, waited, apart }, observed);
  if (lag > consumer.maxLag) return fail(`${where}: ${count(lag, 'record')} behind, limit ${number(consumer.maxLag)}`);
  if (moved === 0 && lag > 0) {
    return inconclusive(`${where}: ${count(lag, 'record')} behind, come since the first reading: too early to tell`);
  }
  const movement = moved > 0 ? `moved by ${number(moved)}` : 'nothing waited';
  return { verdict: 'pass', observed: `${where}: ${count(lag, 'record')} behind, ${movement} in ${duration(apart)}` };
}

/** Records waited at the first reading and none was committed since: stuck, or frozen at a record that cannot be stored. */
function stoodStill(
  consumer: Consumer,
  where: string,
  { lag, waited, apart }: { lag: number; waited: number; apart: number },
  observed: LagObserved,
): Judged {
  const still = `${where}: stands still, ${count(lag, 'record')} behind (${number(waited)} of them for at least ${duration(apart)})`;
  if (!rowsCome(consumer, observed, lag)) return fail(still);
  return {
    verdict: 'fail',
    observed: `${still} while rows keep coming: the record at this offset cannot be stored`,
    hint: frozenHint,
  };
}

/** Rows came between the readings, or the newest record but not the oldest waiting one is in the table. */
function rowsCome(consumer: Consumer, observed: LagObserved, lag: number): boolean {
  const { first, second } = observed.rows;
  const newest = (rows: Sightings<StreamRows>) =>
    rows.seen.find(({ stream }) => stream === consumer.stream)?.newestAt ?? '';
  if (newest(first) !== '' && Date.parse(newest(second)) > Date.parse(newest(first))) return true;
  const record = observed.topics.second.seen.find(({ topic }) => topic === consumer.topic)?.newestAt;
  if (record === undefined || lag < 2) return false;
  return Math.abs(Date.parse(record) - Date.parse(newest(second))) < 1000;
}

function apart(first: GroupState | undefined, second: GroupState): number {
  return first === undefined ? 0 : (Date.parse(second.observedAt) - Date.parse(first.observedAt)) / 1000;
}

function fail(observed: string): Judged {
  return { verdict: 'fail', observed };
}

function inconclusive(observed: string): Judged {
  return { verdict: 'inconclusive', observed };
}
