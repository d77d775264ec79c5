import { expect, test } from 'vitest';
import { registerSecret } from '../../target/mask.ts';
import { ErrorsKept } from './errors-kept.ts';

const at = '2026-11-24T03:00:00.000Z';

/** Lines by their text; those that begin with `error` are errors. */
function kept(...lines: readonly string[]) {
  const errors = new ErrorsKept();
  for (const text of lines) {
    if (text.startsWith('error')) errors.addError({ at, text });
    else errors.addOther({ at, text });
  }
  const texts = (some: readonly { readonly text: string }[]) => some.map(({ text }) => text);
  return errors.entries.map(({ line, before, after }) => [texts(before), line, texts(after)]);
}

test('two lines before an error and two after it are kept, each once', () => {
  expect(kept('a', 'b', 'c', 'error 1', 'd', 'e', 'f', 'error 2', 'g', 'error 3')).toEqual([
    [['b', 'c'], 'error 1', ['d', 'e']],
    [['f'], 'error 2', ['g']],
    [[], 'error 3', []],
  ]);
});

test('what follows an error that is not kept stands behind none', () => {
  const flood = Array.from({ length: 50 }, () => 'error same');
  expect(kept(...flood, 'error same', 'a').at(-1)).toEqual([[], 'error same', []]);
});

test('a secret is masked before a line is cut, not cut in half', () => {
  registerSecret('half-of-it-would-be-enough');
  const line = `${'x'.repeat(290)}half-of-it-would-be-enough`;
  expect(JSON.stringify(kept(line, 'error', line))).not.toContain('half-of');
});
