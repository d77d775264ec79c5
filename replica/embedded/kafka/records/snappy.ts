import { compress, uncompress } from 'snappyjs';

const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);

/** One raw snappy block: what sarama, and so Redpanda Connect's kafka output, writes. */
export function snappyCompress(bytes: Buffer): Buffer {
  return Buffer.from(compress(bytes));
}

/** Snappy as any Kafka client writes it: a raw block, or the Java client's xerial framing of several. */
export function snappyDecompress(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, 8).equals(xerialMagic)) return Buffer.from(uncompress(bytes));
  const blocks: Buffer[] = [];
  // Eight bytes of magic, two versions of four bytes each, then blocks with their lengths.
  for (let at = 16; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    blocks.push(Buffer.from(uncompress(bytes.subarray(at + 4, at + 4 + length))));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}
