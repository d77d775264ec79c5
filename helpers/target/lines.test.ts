import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lines } from './lines.ts';

async function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  return Array.fromAsync(lines(Readable.from(chunks, { objectMode: false })));
}

test('lines come out as they went in, wherever the chunks are cut, in the middle of a letter too', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '漢', '🙂', ' ', '=') });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 7 }), async (written, size) => {
      const bytes = Buffer.from(written.map((text) => `${text}\n`).join(''));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      expect(await linesOf(chunks)).toEqual(written);
    }),
  );
});

test('a last line without its end counts, a carriage return does not', async () => {
  expect(await linesOf([Buffer.from('a\r\n\nb')])).toEqual(['a', '', 'b']);
});

test('an error of the stream is thrown: a log cut short must not look whole', async () => {
  async function* broken() {
    yield Buffer.from('a\nb');
    throw new Error('cut');
  }
  await expect(Array.fromAsync(lines(Readable.from(broken())))).rejects.toThrow('cut');
});
