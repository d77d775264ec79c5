import { expect, test } from 'vitest';
import { startCommand } from './testing/command.ts';

/** README's first command, as a newcomer runs it: the replica has to stand until the last criterion has been judged. */
test('verify:phase1 with no replica running starts one of its own, is GO, and leaves nothing behind', async () => {
  await using command = startCommand(['cli/verify.ts', 'phase1', '--short']);
  const ended = await command.ended;
  expect(ended.stdout + ended.stderr).toContain('GO: phase1');
  expect(ended.code).toBe(0);
  expect(await command.leftForGood()).toEqual([]);
}, 180_000);
