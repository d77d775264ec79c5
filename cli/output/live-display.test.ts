import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { sampleCriterion, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { LiveRows, liveDisplay } from './live-display.ts';

const style = { colors: createColors(false), width: 60 };

test('each criterion waits, then runs with its time, then has its verdict', () => {
  const rows = new LiveRows(['P1.a', 'P1.b'], style);
  expect(rows.text(0)).toMatch(/^. loading the criteria\n· P1\.a\n· P1\.b$/);
  rows.started('P1.a', 1000);
  expect(rows.text(3500).split('\n')[0]).toMatch(/^. P1\.a {2}2\.5 s$/);
  rows.finished(sampleCriterion('P1.a', sampleVerdict('pass', { summary: 'all well' })));
  expect(rows.text(4000).split('\n')[0]).toBe('✔ P1.a  all well  1.2 s');
  expect(rows.lastText()).toBe('✔ P1.a  all well  1.2 s');
});

test('the steps of a replica that starts stand above the list until the criteria run', () => {
  const rows = new LiveRows(['P1.a'], style);
  rows.step('replica: databases (1.2 s)');
  expect(rows.text(0)).toContain('replica: databases');
  rows.started('P1.a', 0);
  expect(rows.text(0)).not.toContain('replica: databases');
});

test('a row never gets longer than the terminal is wide', () => {
  const rows = new LiveRows(['P1.a'], style);
  const summary = 'much to say '.repeat(20);
  rows.finished(sampleCriterion('P1.a', sampleVerdict('inconclusive', { summary })));
  rows.step('a step '.repeat(30));
  for (const line of rows.text(0).split('\n')) expect(line.length).toBeLessThan(60);
});

test('what stays is every criterion, on a terminal of fewer rows too', async () => {
  const ids = Array.from({ length: 14 }, (_, index) => `P1.c${index}`);
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 60,
    rows: 6,
  }) as unknown as NodeJS.WriteStream;
  const display = liveDisplay(ids, style, stream);
  for (const id of ids) display.finished(sampleCriterion(id, sampleVerdict('pass')));
  const before = (stream as unknown as PassThrough).readableLength;
  display.close();
  stream.end();
  const left = (await text(stream as unknown as PassThrough)).slice(before);
  expect(ids.filter((id) => !left.includes(`✔ ${id} `))).toEqual([]);
});
