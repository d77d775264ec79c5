import type { Readable } from 'node:stream';

/**
 * The lines of a UTF-8 stream, without their line ends; a last line without one counts too.
 * An error of the stream is thrown (readline's own iterator swallows it, so that a log cut short would look whole).
 */
export async function* lines(stream: Readable): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    yield* parts.map((line) => line.replace(/\r$/, ''));
  }
  if (rest !== '') yield rest;
}
