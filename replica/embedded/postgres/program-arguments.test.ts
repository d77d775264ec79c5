import { expect, test } from 'vitest';
import { programArguments } from './program-arguments.ts';

const options = { dbname: { type: 'string', short: 'd' }, version: { type: 'boolean', short: 'V' } } as const;
const read = (...args: readonly string[]) => programArguments('pg_dump', args, options, (words) => new Error(words));

test('options by both names, and what stands beside them', () => {
  expect(read('-d', 'telemetry', '--version', 'more')).toMatchObject({
    values: { dbname: 'telemetry', version: true },
    positionals: ['more'],
  });
});

test.each([
  ['-x', "invalid option -- 'x'"],
  ['--nope', "unrecognized option '--nope'"],
  ['-d', "option requires an argument -- 'd'"],
])('%s is refused in the words of the program', (arg, words) => {
  expect(() => read(arg)).toThrow(`pg_dump: ${words}\npg_dump: hint: Try "pg_dump --help" for more information.`);
});
