import { expect, test } from 'vitest';
import { snappyCompress, snappyDecompress } from './snappy.ts';

const text = Buffer.from('{"d0":4,"d5":38,"d6":33}'.repeat(50));

test('a raw block, as sarama writes it', () => {
  expect(snappyCompress(text).length).toBeLessThan(text.length / 4);
  expect(snappyDecompress(snappyCompress(text))).toEqual(text);
});

test('the framing of the Java client', () => {
  const header = Buffer.from('82534e4150505900' + '00000001' + '00000001', 'hex');
  const blocks = [text.subarray(0, 500), text.subarray(500)].flatMap((part) => {
    const block = snappyCompress(part);
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    return [length, block];
  });
  expect(snappyDecompress(Buffer.concat([header, ...blocks]))).toEqual(text);
});
