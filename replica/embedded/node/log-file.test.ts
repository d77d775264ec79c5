import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogFile } from './log-file.ts';

const plain = { follow: false, timestamps: false };
const start = Date.parse('2026-11-23T12:00:00Z');

async function read(
  file: LogFile,
  options: Parameters<LogFile['read']>[0] = plain,
  signal?: AbortSignal,
): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of file.read(options, signal)) lines.push(line);
  return lines;
}

function fileOf(entries: readonly { text: string; after: number }[]): LogFile {
  const file = new LogFile();
  for (const { text, after } of entries) file.append(text, new Date(start + after));
  return file;
}

const entries = fc.array(
  fc.record({ text: fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' ')), after: fc.nat(5000) }),
);

test('tail, since and limit are those of a plain list', async () => {
  const options = fc.record(
    { tailLines: fc.nat(20), since: fc.nat(5000), limitBytes: fc.integer({ min: 1, max: 200 }) },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(entries, options, async (given, { tailLines, since, limitBytes }) => {
      const tail = tailLines === undefined ? given : given.slice(Math.max(0, given.length - tailLines));
      const shown = tail.filter(({ after }) => since === undefined || after >= since).map(({ text }) => text);
      const got = await read(fileOf(given), {
        ...plain,
        ...(tailLines === undefined ? {} : { tailLines }),
        ...(since === undefined ? {} : { sinceTime: new Date(start + since) }),
        ...(limitBytes === undefined ? {} : { limitBytes }),
      });
      const whole = Buffer.from(shown.map((line) => `${line}\n`).join(''));
      const written = got.map((line) => `${line}\n`).join('');
      expect(Buffer.byteLength(written)).toBeLessThanOrEqual(limitBytes ?? whole.length);
      expect(whole.toString().startsWith(written.replace(/\n$/, ''))).toBe(true);
      if (limitBytes === undefined || limitBytes >= whole.length) expect(got).toEqual(shown);
    }),
  );
});

test('no two lines of a run carry the same time, and times keep the order they were given in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 300 }), async (count) => {
      const file = fileOf(Array.from({ length: count }, () => ({ text: 'x', after: 0 })));
      const times = (await read(file, { ...plain, timestamps: true })).map((line) => line.split(' ')[0] ?? '');
      expect(new Set(times).size).toBe(count);
      // Go leaves trailing zeros out: written in full, text sorts as time does.
      const full = times.map((time) => time.replace('Z', '').padEnd(29, '0'));
      expect(full.toSorted()).toEqual(full);
      expect(times.every((time) => /^2026-11-23T12:00:00\.\d{1,9}Z$/.test(time))).toBe(true);
    }),
  );
});

test('what is written in one go is one line for each line feed', async () => {
  expect(
    await read(
      fileOf([
        { text: 'a\nb\n', after: 0 },
        { text: '', after: 1 },
      ]),
    ),
  ).toEqual(['a', 'b', '']);
});

describe('a file that is full', () => {
  test('begins anew, and what it held is gone', async () => {
    const file = new LogFile(1000);
    for (let index = 0; index < 100; index += 1) file.append(`line ${index}`, new Date(start));
    const left = await read(file);
    expect(left.at(-1)).toBe('line 99');
    expect(left.length).toBeLessThan(25);
    expect(left).toEqual(Array.from({ length: left.length }, (_, index) => `line ${100 - left.length + index}`));
  });

  test('is followed into the next one', async () => {
    const file = new LogFile(200);
    const following = read(file, { ...plain, follow: true });
    for (let index = 0; index < 20; index += 1) {
      file.append(`line ${index}`, new Date(start));
      await new Promise((resolve) => setImmediate(resolve));
    }
    file.close();
    expect(await following).toEqual(Array.from({ length: 20 }, (_, index) => `line ${index}`));
  });
});

describe('following', () => {
  test('ends with the run', async () => {
    const file = fileOf([{ text: 'a', after: 0 }]);
    const following = read(file, { ...plain, follow: true, tailLines: 0 });
    file.append('b', new Date(start));
    file.close();
    file.append('after the end', new Date(start));
    expect(await following).toEqual(['b']);
  });

  test('ends when the reader has had enough', async () => {
    const abort = new AbortController();
    const following = read(fileOf([]), { ...plain, follow: true }, abort.signal);
    abort.abort();
    expect(await following).toEqual([]);
  });
});
