import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { sampleCriterion, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { display } from './choose-display.ts';

/** All that is written to a terminal of so many columns while one criterion is judged. */
async function written(columns: number | undefined): Promise<string> {
  const stream = new PassThrough();
  const terminal = Object.assign(stream, { isTTY: columns !== undefined, columns, rows: 24 });
  const shown = await display({}, { own: ['P1.a'], parts: [] }, terminal as unknown as NodeJS.WriteStream);
  shown.step('a step');
  shown.started('P1.a');
  shown.finished(sampleCriterion('P1.a', sampleVerdict('pass')));
  shown.close();
  stream.end();
  return text(stream);
}

const upOneLine = '\u001b[1A';

test('on a terminal the list is drawn in place', async () => {
  expect(await written(80)).toContain(upOneLine);
});

test.each([
  ['outside of a terminal', undefined],
  ['on a terminal that does not tell its width', 0],
])('%s there are plain lines, the steps among them', async (_, columns) => {
  const lines = await written(columns);
  expect(lines).not.toContain(upOneLine);
  expect(lines).toMatch(/a step.*\n.*✔.* P1\.a .*\n$/);
});
