import { expect, test } from 'vitest';
import { judgeGo } from './earlier.ts';
import type { Decision } from './verdict.ts';

const run = (decision: Decision, at = '2026-11-24T03:00:00Z') => ({ at, decision, reason: 'P3.agreement fails' });
const row = { statement: 'phase 3 was GO' };

test.each<[string, Decision[], string]>([
  ['no run at all', [], 'inconclusive'],
  ['a GO', ['GO'], 'pass'],
  ['a NO-GO after a GO', ['GO', 'NO-GO'], 'fail'],
  ['a GO after a NO-GO', ['NO-GO', 'GO'], 'pass'],
  ['one that decided nothing, after a GO', ['GO', 'INCONCLUSIVE'], 'inconclusive'],
])('%s', (_, decisions, kind) => {
  expect(
    judgeGo(
      'phase3',
      decisions.map((decision) => run(decision)),
      row,
    ).kind,
  ).toBe(kind);
});

test('what does not hold is quoted, with the command that decides it anew', () => {
  expect(judgeGo('phase3', [run('NO-GO')], row)).toMatchObject({
    observed: 'phase3: NO-GO at 2026-11-24T03:00:00Z: P3.agreement fails',
    hint: 'npm run verify:phase3',
  });
});
