import kafkajs from 'kafkajs';
import snappy from 'snappyjs';

/** The header of Java's framing: magic, version, compatible version. Go's clients send a bare block instead. */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const headerBytes = 16;

/** kafkajs comes without snappy. Records compressed by any client can be read once this was called; again does nothing. */
export function registerSnappy(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.Snappy] = () => ({
    compress: async (encoder: { buffer: Buffer }) => Buffer.from(snappy.compress(encoder.buffer)),
    decompress: async (data: Buffer) => decompress(data),
  });
}

/** One bare block, or Java's frames: a length of four bytes before each block. */
export function decompress(data: Buffer): Buffer {
  if (!data.subarray(0, magic.length).equals(magic)) return Buffer.from(snappy.uncompress(data));
  const blocks: Buffer[] = [];
  for (let at = headerBytes; at < data.length; ) {
    const length = data.readUInt32BE(at);
    blocks.push(Buffer.from(snappy.uncompress(data.subarray(at + 4, at + 4 + length))));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}
