import type { Discovery } from '../../helpers/discovery/draft.ts';
import { count } from '../../helpers/judge/words.ts';
import type { Style } from '../output/style.ts';
import type { Mark } from './marked-yaml.ts';

/** What was found, what has to be filled in, what should be looked at, and how to go on. */
export function summaryText(
  discovery: Discovery,
  marks: readonly Mark[],
  { file, context }: { readonly file: string; readonly context: string },
  { colors }: Style,
): string {
  const { systems } = discovery;
  const unknowns = marks.filter(({ kind }) => kind === 'unknown');
  const guesses = marks.length - unknowns.length;
  const found = [
    count(systems.streams.length, 'stream'),
    `${systems.settings === undefined ? 'no' : 'a'} settings sink`,
    count(systems.instances.length, 'Redpanda Connect instance'),
    count(systems.databases.length, 'database'),
    count(systems.old.workloads.length, 'old workload'),
  ];
  return [
    `${colors.bold(`${file} is written`)}: ${found.join(', ')}.`,
    ...section(colors.bold('To be filled in, each marked UNKNOWN in the file'), unknowns.map(lineOf)),
    ...section(colors.bold('Found, and not written'), systems.left),
    `${count(guesses, 'guess', 'guesses')} in it, each marked with what it rests on: read them through.`,
    '',
    'How to go on:',
    `  npm run --silent rbac -- --config ${file} | kubectl --context ${context} apply -f -    # a read-only account`,
    `  npm run doctor -- --config ${file}`,
    `  npm run verify:phase1 -- --config ${file}`,
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  - ${line}`), ''];
}

function lineOf({ path, why }: Mark): string {
  return `${path}: ${why}`;
}
