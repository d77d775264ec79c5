import { expect, test } from 'vitest';
import { ago, migration, seen, unseen } from '../testing/samples.ts';
import { judgeDevices, type StreamDevices } from './devices.ts';

const since = ago(7 * 86_400);
const device = (name: string, newestAgo = 60) => ({ device: name, newestAt: ago(newestAgo) });

function judge(change: Partial<StreamDevices>, devices: Record<string, string> = {}) {
  const heatpump = { stream: 'heatpump', newStream: 'heatpump', since, old: [device('pump')], new: [device('pump')] };
  const { streams } = migration.old;
  const renamed = { ...streams, heatpump: { ...streams.heatpump, devices } };
  return judgeDevices(seen({ ...heatpump, ...change }), {
    ...migration,
    old: { ...migration.old, streams: renamed },
  } as never);
}

test('passes when both know the same, by the names that migration.yaml tells', () => {
  expect(judge({})).toMatchObject({ kind: 'pass', summary: '1 device in both systems' });
  expect(judge({ old: [device('hp1')] }, { hp1: 'pump' }).kind).toBe('pass');
});

test('a device that only one side knows fails', () => {
  const lost = judge({ old: [device('pump'), device('cellar')] });
  expect(lost).toMatchObject({ kind: 'fail', observed: expect.stringContaining('cellar has rows in the old system') });
  const added = judge({ new: [device('pump'), device('garage')] });
  expect(added).toMatchObject({ kind: 'fail', observed: expect.stringContaining('garage has rows in the new system') });
});

test('a device that fell silent before the compared time is no matter', () => {
  expect(judge({ old: [device('pump'), device('cellar', 8 * 86_400)] }).kind).toBe('pass');
});

test('nothing is decided where the old system records no device, or neither has rows', () => {
  const nowhere = { stream: 'energy', newStream: 'energy', since, new: [device('meter')] };
  expect(judgeDevices(seen(nowhere), migration).kind).toBe('inconclusive');
  expect(judge({ old: [], new: [] }).kind).toBe('inconclusive');
  expect(judgeDevices(unseen('heatpump'), migration).kind).toBe('inconclusive');
});
