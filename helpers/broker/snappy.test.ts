import snappy from 'snappyjs';
import { expect, test } from 'vitest';
import { decompress } from './snappy.ts';

const text = Buffer.from('{"d0":1}'.repeat(50));

test('a bare block, as Go clients send it', () => {
  expect(decompress(Buffer.from(snappy.compress(text))).toString()).toBe(text.toString());
});

test('frames, as Java clients send them', () => {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const frames = [text.subarray(0, 100), text.subarray(100)].flatMap((part) => {
    const block = Buffer.from(snappy.compress(part));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(block.length);
    return [length, block];
  });
  expect(decompress(Buffer.concat([header, ...frames])).toString()).toBe(text.toString());
});
