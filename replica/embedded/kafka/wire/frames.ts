/** Frames of a byte stream: four bytes of length, then that many bytes. Throws on a length that no client sends. */
export async function* readFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const largest = 100 * 1024 * 1024; // Kafka's socket.request.max.bytes
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    pending.push(chunk);
    size += chunk.length;
    while (size >= 4) {
      if ((pending[0]?.length ?? 0) < 4) pending = [Buffer.concat(pending)];
      const length = pending[0]?.readInt32BE(0) ?? 0;
      if (length < 0 || length > largest) throw new RangeError(`a frame of ${length} bytes`);
      if (size < 4 + length) break;
      const whole = pending.length === 1 && pending[0] !== undefined ? pending[0] : Buffer.concat(pending);
      yield whole.subarray(4, 4 + length);
      pending = whole.length > 4 + length ? [whole.subarray(4 + length)] : [];
      size = whole.length - 4 - length;
    }
  }
}
