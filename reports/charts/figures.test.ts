import { expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { groupFigures, streamFigures, stretches } from './figures.ts';

test('figures come from the evidence, and what is not in it has none', () => {
  const [energy, heatpump] = streamFigures(mixedRun());
  expect(energy).toMatchObject({
    recordAgeSeconds: 0.4,
    rowAgeSeconds: 0.9,
    records: 240,
    rows: 238,
    topicGrewBy: 16,
    committedBy: 17,
  });
  expect(heatpump).toMatchObject({ recordAgeSeconds: 12 });
  expect(heatpump).not.toHaveProperty('rowAgeSeconds');
  expect(heatpump).not.toHaveProperty('committedBy');
  expect(groupFigures(mixedRun())).toEqual([
    {
      stream: 'energy',
      group: 'timescaledb-energy',
      topic: 'homelab-energy-realtime',
      lagRecords: 1,
      maxLagRecords: 1000,
    },
  ]);
  expect(stretches(mixedRun()).apartSeconds).toBe(3);
});

test('a group that has committed nothing has no lag, not a lag of 0', () => {
  const reading = {
    at: '2026-11-24T03:40:01.000Z',
    topics: { seen: [], unseen: [] },
    groups: { seen: [{ group: 'timescaledb-energy', partitions: [{ topic: 'homelab-energy-realtime' }] }], unseen: [] },
  };
  const evidence = { readings: { first: reading, second: reading } };
  expect(groupFigures(sampleRun([sampleCriterion('P1.lag', sampleVerdict('fail'), { evidence })]))).toEqual([]);
});

test('evidence of another form has no figures and breaks nothing', () => {
  const criteria = ['P1.topics-fresh', 'P1.tables-fresh', 'P1.lag', 'P1.rows-keep-pace'].map((id, index) =>
    sampleCriterion(id, sampleVerdict('inconclusive'), {
      evidence: [undefined, 'text', { readings: 7 }, { counts: {} }][index],
    }),
  );
  expect(streamFigures(sampleRun(criteria)).map((figures) => Object.keys(figures))).toEqual([['stream'], ['stream']]);
  expect(groupFigures(sampleRun(criteria))).toEqual([]);
  expect(stretches(sampleRun(criteria))).toEqual({});
});
