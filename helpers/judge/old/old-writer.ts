import type { GroupState, TopicState } from '../../broker/observed.ts';
import type { Migration } from '../../config/schema.ts';
import type { TableState } from '../../database/observed.ts';
import { rpkLook } from '../look.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count, duration } from '../words.ts';

interface OldSample {
  readonly at: string;
  readonly oldTopics: Sightings<TopicState>;
  readonly oldGroups: Sightings<GroupState>;
  readonly oldTables: Sightings<TableState>;
}

/**
 * P5.no-old-writer: over the watch old topics and old tables do not grow, and old groups have no member. A row that is
 * stamped in the past counts too, where the server keeps statistics of what was inserted.
 */
export function judgeNoOldWriter(samples: readonly OldSample[], seconds: number, migration: Migration): Verdict {
  const [first, last] = [samples[0], samples.at(-1)];
  const findings =
    first === undefined || last === undefined || first === last
      ? [] // One look shows no growth.
      : [
          ...last.oldTopics.seen.flatMap((topic) => judgeTopic(first.oldTopics, topic, seconds, migration)),
          ...last.oldTables.seen.flatMap((table) => judgeTable(first.oldTables, table, seconds)),
          ...groupFindings(samples, migration),
        ];
  const unseen = [first, last].flatMap((sample) =>
    sample === undefined ? [] : [sample.oldTopics, sample.oldGroups, sample.oldTables].flatMap((each) => each.unseen),
  );
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected: `no record, no row and no consumer of the old system over ${duration(seconds)}`,
    pass: `${count(last?.oldTopics.seen.length ?? 0, 'topic')}, ${count(last?.oldTables.seen.length ?? 0, 'table')} and ${count(last?.oldGroups.seen.length ?? 0, 'group')} of the old system silent over ${duration(seconds)}`,
    hint: 'Something of the old system still runs: npm run verify:phase2 finds what migration.yaml does not list.',
  });
}

function judgeTopic(
  before: Sightings<TopicState>,
  topic: TopicState,
  seconds: number,
  migration: Migration,
): Finding[] {
  const then = before.seen.find((each) => each.topic === topic.topic);
  if (then === undefined) return [];
  const subject = `topic ${topic.topic}`;
  if (!topic.exists) return [{ subject, verdict: 'pass', observed: 'is gone' }];
  const grown = total(topic) - total(then);
  // One that was made anew meanwhile ends before where it did.
  const isNewer = (topic.newestAt ?? '') > (then.newestAt ?? '');
  const look = rpkLook(migration.new.kafka, `topic consume ${topic.topic} --num=1 --offset=-1`);
  return [
    grown > 0 || isNewer
      ? {
          subject,
          verdict: 'fail',
          observed: `${grown > 0 ? count(grown, 'record') : 'records'} came in ${duration(seconds)}${newestWords(topic)}`,
          look,
        }
      : {
          subject,
          verdict: 'pass',
          observed: `no record in ${duration(seconds)}${newestWords(topic)}`,
        },
  ];
}

function total({ partitions }: TopicState): number {
  return partitions.reduce((sum, { highOffset }) => sum + highOffset, 0);
}

function judgeTable(before: Sightings<TableState>, table: TableState, seconds: number): Finding[] {
  const then = before.seen.find((each) => each.table === table.table);
  if (then === undefined) return [];
  const subject = `old table ${table.table}`;
  const inserted = table.insertedRows - then.insertedRows;
  const isNewer = Date.parse(table.newestAt ?? '') > Date.parse(then.newestAt ?? '1970-01-01T00:00:00Z');
  if (isNewer || inserted > 0) {
    const rows = inserted > 0 ? `${count(inserted, 'row')} inserted` : 'rows inserted';
    return [
      {
        subject,
        verdict: 'fail',
        observed: `${rows} in ${duration(seconds)}${newestWords(table)}`,
      },
    ];
  }
  return [
    {
      subject,
      verdict: 'pass',
      observed: `nothing inserted in ${duration(seconds)}${newestWords(table)}`,
    },
  ];
}

/** Of an empty topic, or a table without times, there is none to tell. */
function newestWords({ newestAt }: { readonly newestAt?: string | undefined }): string {
  return newestAt === undefined ? '' : `, the newest at ${newestAt}`;
}

function groupFindings(samples: readonly OldSample[], migration: Migration): Finding[] {
  const names = new Set(samples.flatMap(({ oldGroups }) => oldGroups.seen.map(({ group }) => group)));
  return [...names].map((name): Finding => {
    const subject = `group ${name}`;
    const looks = samples.flatMap(({ at, oldGroups }) => {
      const state = oldGroups.seen.find(({ group }) => group === name);
      return state === undefined ? [] : [{ at, members: state.members }];
    });
    const first = looks.find(({ members }) => members.length > 0);
    if (first === undefined)
      return { subject, verdict: 'pass', observed: `no member at ${count(looks.length, 'look')}` };
    const member = first.members
      .map(({ clientId, clientHost }) => `${clientId} at ${clientHost.replace(/^\//, '')}`)
      .join(', ');
    const look = rpkLook(migration.new.kafka, `group describe ${name}`);
    return { subject, verdict: 'fail', observed: `has a member: ${member}`, since: first.at, look };
  });
}
