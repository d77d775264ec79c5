import pc from 'picocolors';
import { expect, test } from 'vitest';
import { gapLooks } from '../../helpers/judge/gap-look.ts';
import { ago, migration } from '../../helpers/judge/testing/samples.ts';
import type { DiagnosedGap } from './gaps-found.ts';
import { gapsText } from './gaps-text.ts';

const style = { colors: pc.createColors(false), width: undefined };
const span = { from: ago(7 * 86_400), to: ago(0) };
const target = { name: 'live', rehearsal: false };
const gap = {
  stream: 'energy',
  from: ago(5000),
  to: ago(3800),
  seconds: 1200,
  missingRows: 119,
  open: false,
  attribution: {
    hop: 'sink',
    cause: 'sink-down',
    words: 'sink down (a; b; c)',
    evidence: ['a', 'b', 'c', 'the log of timescaledb/x does not reach back to it'],
  },
} as const;
const shown = (change: Partial<DiagnosedGap> = {}) => {
  const whole = { ...gap, policies: [], look: gapLooks(gap, migration), ...change };
  return gapsText(target, { ...span, gaps: [whole], unseen: [] }, migration, style);
};

test('a gap is shown with its cause, all that rests on, and the commands that show it', () => {
  expect(shown().split('\n')).toEqual([
    `Gaps on target live from ${span.from} to ${span.to}`,
    '',
    `energy: no row for 20 min, from ${gap.from} to ${gap.to}, limit 5 min: some 119 rows missing`,
    '  lost at sink: sink down (a; b; c)',
    '  besides the log of timescaledb/x does not reach back to it',
    '  NetworkPolicies none selects a pod on this hop',
    `  look kubectl logs -n timescaledb deployment/redpanda-connect --since-time=${gap.from} --timestamps`,
    `  look kubectl logs -n timescaledb deployment/timescaledb --since-time=${gap.from} --timestamps`,
    '  look kubectl get events,networkpolicies -n timescaledb --sort-by=.metadata.creationTimestamp',
    '  look kubectl exec -n redpanda-v2 service/redpanda-v2 -- rpk group describe timescaledb-energy',
    '',
    '1 gap',
  ]);
});

test('a NetworkPolicy is shown with what it selects and lets through', () => {
  const policy = {
    namespace: 'timescaledb',
    name: 'deny',
    pods: ['redpanda-connect-1'],
    ingressRules: 0,
    egressRules: 1,
  };
  expect(shown({ policies: [policy] })).toContain(
    'NetworkPolicy timescaledb/deny selects redpanda-connect-1; in: nothing, out: what 1 rule lets through',
  );
});

test('a gap of unknown cause has every program of its way looked at', () => {
  const { attribution, ...unknown } = gap;
  const looks = gapLooks(unknown, migration);
  expect(looks.filter((command) => command.startsWith('kubectl logs'))).toHaveLength(5);
  expect(attribution.hop).toBe('sink');
});

test('none is said, and what could not be looked at is never passed over', () => {
  expect(gapsText(target, { ...span, gaps: [], unseen: [] }, migration, style)).toContain('No stream has a gap');
  const unseen = [{ subject: 'energy', message: 'the database did not answer' }];
  expect(gapsText({ ...target, rehearsal: true }, { ...span, gaps: [], unseen }, migration, style)).toMatch(
    /REHEARSAL[\s\S]*✖ energy: the database did not answer[\s\S]*1 thing could not be looked at/,
  );
});
