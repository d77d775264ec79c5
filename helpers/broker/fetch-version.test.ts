import { duplexPair } from 'node:stream';
import { expect, test } from 'vitest';
import { readFetchVersion } from './fetch-version.ts';

/** An answer to ApiVersions in version 0: APIs by key, with their oldest and newest versions. */
function answer(apis: readonly (readonly [key: number, min: number, max: number])[], errorCode = 0): Buffer {
  const body = Buffer.alloc(4 + 2 + 4 + 6 * apis.length);
  let at = body.writeInt32BE(1);
  at = body.writeInt16BE(errorCode, at);
  at = body.writeInt32BE(apis.length, at);
  for (const number of apis.flat()) at = body.writeInt16BE(number, at);
  return framed(body);
}

function framed(body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

/** What is read from a broker that says this, then ends; and what the broker was sent. */
async function read(...chunks: readonly Buffer[]) {
  const [near, far] = duplexPair();
  far.once('data', () => {
    for (const chunk of chunks) far.write(chunk);
    far.end();
  });
  const sent: Buffer[] = [];
  far.on('data', (chunk: Buffer) => sent.push(chunk));
  const version = await readFetchVersion(near);
  return { version, sent: Buffer.concat(sent), isClosed: near.destroyed };
}

const produceAndFetch = answer([
  [0, 3, 12],
  [1, 4, 17],
]);

test('asks with ApiVersions 0 and gives the newest version of Fetch', async () => {
  const { version, sent, isClosed } = await read(produceAndFetch);
  expect(version).toBe(17);
  expect(sent.readInt32BE()).toBe(sent.length - 4);
  expect([sent.readInt16BE(4), sent.readInt16BE(6)]).toEqual([18, 0]);
  expect(sent.subarray(14).toString()).toBe('telemetry-verify');
  expect(isClosed).toBe(true);
});

test('an answer may come in pieces', async () => {
  const pieces = [...produceAndFetch].map((byte) => Buffer.from([byte]));
  expect((await read(...pieces)).version).toBe(17);
});

test.each([
  ['closes the connection', [], /closed the connection/],
  ['closes it in the middle', [produceAndFetch.subarray(0, 12)], /closed the connection/],
  ['speaks HTTP', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], /no Kafka broker/],
  ['refuses the question', [answer([], 35)], /did not understand/],
  ['offers no Fetch', [answer([[0, 3, 12]])], /offers no Fetch/],
  ['counts more than it sends', [framed(produceAndFetch.subarray(4, 14))], /offers no Fetch/],
])('what %s is not understood', async (_, chunks, words) => {
  await expect(read(...chunks)).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringMatching(words) });
});
