import { expect, test } from 'vitest';
import { startCommand } from '../cli/testing/command.ts';

test.each([
  ['a fault that does not exist', ['--plant', 'crash-lop'], 'no fault "crash-lop"; did you mean "crash-loop"?'],
  ['one to be taken back', ['--undo', 'nonsense'], 'no fault "nonsense"; npm run replica -- --faults lists them'],
  ['an option that does not exist', ['--detatch'], 'Did you mean --detach?'],
  ['a state that does not exist', ['--state', 'phase5'], 'Allowed choices are before-phase5, after-phase5'],
])('%s ends with 64, in words without a stack', async (_, args, words) => {
  await using command = startCommand(['replica/cli.ts', ...args]);
  const { code, stdout, stderr } = await command.ended;
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).toBe(64);
});
