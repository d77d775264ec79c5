import { expect, test } from 'vitest';
import type { SignOff } from '../sign-off/schema.ts';
import { judgeSignOffs } from './sign-off.ts';

const row = { statement: 'somebody has signed' };
const signed = (subject: SignOff['subject'], at = '2026-11-24T03:00:00Z'): SignOff => ({
  kind: 'sign-off',
  at,
  subject,
  by: 'Ada',
});

test('what somebody has signed passes, with the name', () => {
  expect(judgeSignOffs(['migration'], [signed('migration')], row)).toMatchObject({
    kind: 'pass',
    summary: 'signed off by Ada',
  });
});

test.each<[string, SignOff[], Date | undefined]>([
  ['nobody has signed', [], undefined],
  ['somebody has signed something else', [signed('diagrams')], undefined],
  ['the signature is older than the cutover', [signed('migration')], new Date('2026-11-24T04:00:00Z')],
])('%s: inconclusive, with the command', (_, all, since) => {
  const verdict = judgeSignOffs(['migration'], all, row, since);
  expect(verdict.kind).toBe('inconclusive');
  expect(verdict.hint).toContain('npm run sign-off -- migration');
});

test('one of several that is open is enough to leave it open', () => {
  const verdict = judgeSignOffs(['diagrams', 'runbooks'], [signed('diagrams')], row);
  expect(verdict.kind).toBe('inconclusive');
  expect(verdict.hint).toContain('runbooks');
});
