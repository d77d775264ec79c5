import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GroupState } from '../broker/observed.ts';
import { judgeLag } from './lag.ts';
import { ago, group, migration, noon, rows, seen, topics, unseen } from './testing/samples.ts';
import type { Sightings } from './verdict.ts';

const energy = 'homelab-energy-realtime';
const consumers = [...Object.values(migration.new.streams), migration.new.settings];

/** All groups as they should be, but the energy sink's. */
function groups(at: string, change: Partial<GroupState> = {}): GroupState[] {
  const names = [...new Set(consumers.map(({ group }) => group))];
  return names.map((name) => {
    const read = consumers.filter((consumer) => consumer.group === name).map(({ topic }) => topic);
    return group(name, [...new Set(read)], { observedAt: at, ...(name === 'timescaledb-energy' ? change : {}) });
  });
}

const at = (committed: number | undefined, high = 1000) => ({
  partitions: [
    {
      topic: energy,
      partition: 0,
      highOffset: high,
      ...(committed === undefined ? {} : { committedOffset: committed, lagRecords: high - committed }),
    },
  ],
});

function judge(options: {
  first?: Partial<GroupState>;
  second?: Partial<GroupState>;
  topic?: Parameters<typeof topics>[0];
  newestRow?: { first: string; second: string };
}) {
  const state = topics((name) => (name === energy ? (options.topic?.(name) ?? {}) : {}));
  const row = (newestAt: string | undefined) => seen(rows('energy', newestAt === undefined ? {} : { newestAt }));
  return judgeLag(
    {
      groups: {
        first: seen(...groups(ago(3), options.first)),
        second: seen(...groups(noon.toISOString(), options.second)),
      },
      topics: { first: seen(...state), second: seen(...state) },
      rows: { first: row(options.newestRow?.first), second: row(options.newestRow?.second) },
    },
    migration,
  );
}

describe('passes', () => {
  test('all committed', () =>
    expect(judge({})).toMatchObject({ kind: 'pass', summary: '5 consumers, lag at most 0 records' }));

  test('behind, but moving', () => expect(judge({ first: at(900), second: at(990) }).kind).toBe('pass'));

  test('a partition without records beside one that has some', () => {
    const partitions = [0, 1].map((partition) => ({ partition, lowOffset: 0, highOffset: partition === 0 ? 1000 : 0 }));
    expect(judge({ topic: () => ({ partitions }) }).kind).toBe('pass');
  });
});

describe('fails', () => {
  test.each<[string, Parameters<typeof judge>[0], string]>([
    [
      'no such group',
      { second: { state: 'Dead', members: [], partitions: [] } },
      'the group does not exist (state Dead)',
    ],
    ['no member', { second: { state: 'Empty', members: [] } }, 'the group has no member (state Empty)'],
    [
      'nothing committed',
      { first: at(undefined), second: at(undefined) },
      'no committed offset on partition 0, which holds 1,000 records',
    ],
    ['too far behind', { first: at(0, 3000), second: at(100, 3000) }, '2,900 records behind, limit 1,000'],
    [
      'stands still',
      { first: at(990), second: at(990) },
      'offset 990: stands still, 10 records behind (10 of them for at least 3 s)',
    ],
    ['went back', { first: at(1000), second: at(900) }, 'went back by 100 records in 3 s'],
    ['beyond the end', { first: at(1000), second: at(12, 12) }, 'committed 1000, beyond the topic’s end 12'],
  ])('%s', (_, options, observed) => {
    const verdict = judge(options);
    expect(verdict.kind).toBe('fail');
    expect(verdict.observed).toContain(`timescaledb-energy on ${energy}: `);
    expect(verdict.observed).toContain(observed);
    expect(verdict.look).toContain('rpk group describe timescaledb-energy');
  });

  describe('an offset frozen at a record that cannot be stored is named', () => {
    test('when rows come between the readings', () => {
      const verdict = judge({ first: at(990), second: at(990), newestRow: { first: ago(9), second: ago(1) } });
      expect(verdict.observed).toContain('while rows keep coming: the record at this offset cannot be stored');
      expect(verdict.hint).toContain('Find the record at that offset');
    });

    test('when the newest record has its row already', () => {
      const verdict = judge({ first: at(990), second: at(990), newestRow: { first: ago(5), second: ago(5) } });
      expect(verdict.observed).toContain('while rows keep coming');
    });

    test('but not when the rows stand still too', () => {
      const verdict = judge({ first: at(990), second: at(990), newestRow: { first: ago(600), second: ago(600) } });
      expect(verdict.kind).toBe('fail');
      expect(verdict.observed).not.toContain('rows keep coming');
    });
  });
});

describe('is inconclusive', () => {
  test('while a record that came after the first reading is not committed', () => {
    const verdict = judge({ first: at(1000), second: at(1000, 1001) });
    expect(verdict).toMatchObject({ kind: 'inconclusive', observed: expect.stringContaining('too early to tell') });
  });

  test('while the group rebalances', () => {
    expect(judge({ second: { state: 'PreparingRebalance' } }).observed).toContain(
      'the group is in state PreparingRebalance',
    );
    expect(judge({ second: { state: 'PreparingRebalance' } }).kind).toBe('inconclusive');
  });

  test('when the topic holds no record and none is committed', () => {
    const empty = { partitions: [{ partition: 0, lowOffset: 0, highOffset: 0 }] };
    expect(judge({ topic: () => empty, first: at(undefined, 0), second: at(undefined, 0) }).kind).toBe('inconclusive');
  });

  test('unseen', () => {
    const nothing = { first: unseen('broker'), second: unseen('broker') };
    const verdict = judgeLag({ groups: nothing, topics: nothing, rows: nothing }, migration);
    expect(verdict).toMatchObject({ kind: 'inconclusive', observed: 'broker: broker did not answer' });
  });

  test('without a first reading', () => {
    const second = seen(...groups(noon.toISOString()));
    const none: Sightings<never> = { seen: [], unseen: [] };
    const state = seen(...topics());
    const verdict = judgeLag(
      { groups: { first: none, second }, topics: { first: state, second: state }, rows: { first: none, second: none } },
      migration,
    );
    expect(verdict.kind).toBe('inconclusive');
  });
});

test('without a first reading too far behind fails all the same', () => {
  const second = seen(...groups(noon.toISOString(), at(100, 3000)));
  const none: Sightings<never> = { seen: [], unseen: [] };
  const state = seen(...topics());
  const observed = {
    groups: { first: none, second },
    topics: { first: state, second: state },
    rows: { first: none, second: none },
  };
  expect(judgeLag(observed, migration)).toMatchObject({
    kind: 'fail',
    observed: expect.stringContaining('2,900 records behind'),
  });
});

test('whatever the offsets, records that waited and were not committed never pass, nor does a lag over its limit', () => {
  const offset = fc.integer({ min: 0, max: 3000 });
  fc.assert(
    fc.property(offset, offset, offset, offset, (committed, waited, moved, came) => {
      const first = at(committed, committed + waited);
      const second = at(committed + moved, Math.max(committed + moved, committed + waited) + came);
      const lag = Math.max(committed + moved, committed + waited) + came - committed - moved;
      const verdict = judge({ first, second });
      if (lag > 1000 || (waited > 0 && moved === 0)) expect(verdict.kind).toBe('fail');
      else expect(verdict.kind).toBe(moved === 0 && lag > 0 ? 'inconclusive' : 'pass');
    }),
  );
});
