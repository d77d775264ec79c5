import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { snappyDecompress } from './snappy.ts';

/** The lowest three bits of a batch's attributes. */
export const codecs = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** The batch's records uncompressed; undefined for lz4, for which this broker has no decoder. */
export function decompress(codec: number, bytes: Buffer): Buffer | undefined {
  if (codec === codecs.none) return bytes;
  if (codec === codecs.gzip) return gunzipSync(bytes);
  if (codec === codecs.snappy) return snappyDecompress(bytes);
  if (codec === codecs.zstd) return zstdDecompressSync(bytes);
  return undefined;
}
