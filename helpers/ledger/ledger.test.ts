import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { Unobservable } from '../unobservable.ts';
import type { EntryKind } from './entry.ts';
import { appendEntry, ledgerFile, readLedger } from './ledger.ts';

const schema = z.object({ kind: z.literal('note'), at: z.string(), words: z.string() });
const note: EntryKind<z.output<typeof schema>> = { kind: 'note', schema };
const said = (words: string) => ({ kind: 'note', at: '2026-11-24T03:00:00Z', words }) as const;

let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ledger-'));
  file = ledgerFile(directory, 'uid');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const words = async () => (await readLedger(file)).entries(note).map((entry) => entry.words);

test('what was noted is read again in its order, by its kind', async () => {
  await appendEntry(file, note, said('one'));
  await appendFile(file, '{"kind":"run","at":"2026-11-24T03:00:00Z"}\n');
  await appendEntry(file, note, said('two'));
  expect(await words()).toEqual(['one', 'two']);
});

test('a ledger that nobody has written to is empty', async () => {
  expect(await words()).toEqual([]);
});

test('it is its owner’s alone', async () => {
  await appendEntry(file, note, said('one'));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a line that was cut off by a kill is told, and spoils neither what stood before nor what comes after', async () => {
  await appendEntry(file, note, said('one'));
  await appendFile(file, '{"kind":"note","at":"2026-11-24T03');
  await appendEntry(file, note, said('two'));
  expect(await words()).toEqual(['one', 'two']);
  expect((await readLedger(file)).tornLines).toEqual([3]);
});

test('an entry that cannot be understood is unobservable, never left out', async () => {
  await writeFile(file, '{"kind":"note","at":"2026-11-24T03:00:00Z"}\n');
  const ledger = await readLedger(file);
  expect(() => ledger.entries(note)).toThrow(Unobservable);
  expect(() => ledger.entries(note)).toThrow(/uid\.jsonl:1 is no note .* words/);
});

test('processes that write at once lose no entry, and one that is killed at any moment spoils one line at most', async () => {
  const each = 40;
  const script = `
    import { appendEntry } from ${JSON.stringify(new URL('./ledger.ts', import.meta.url).href)};
    import { z } from 'zod';
    const note = { kind: 'note', schema: z.object({ kind: z.literal('note'), at: z.string(), words: z.string() }) };
    for (let n = 0; n < Number(process.argv[2]); n++)
      await appendEntry(process.argv[1], note, { kind: 'note', at: '2026-11-24T03:00:00Z', words: 'x'.repeat(20_000) });
  `;
  const write = (count: number) =>
    spawn(process.execPath, ['--input-type=module', '--eval', script, file, String(count)], {
      stdio: 'inherit',
      cwd: import.meta.dirname,
    });
  const writers = [write(each), write(each)];
  const killed = write(100_000);
  await Promise.all(writers.map((writer) => once(writer, 'exit')));
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  await appendEntry(file, note, said('after'));
  const ledger = await readLedger(file);
  expect(ledger.tornLines.length).toBeLessThanOrEqual(1);
  const entries = ledger.entries(note);
  expect(entries.length).toBeGreaterThanOrEqual(2 * each + 1);
  expect(entries.at(-1)?.words).toBe('after');
  expect((await readFile(file, 'utf8')).endsWith('\n')).toBe(true);
}, 60_000);
