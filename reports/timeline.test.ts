import { expect, test } from 'vitest';
import type { ScenarioRecord } from '../scenarios/scenario/record.ts';
import { timelinePage } from './timeline.ts';

const startedAt = '2026-11-24T03:40:00.000Z';
const ms = Date.parse(startedAt);
const record: ScenarioRecord = {
  name: 'flux-undoes-cutover',
  title: 'Flux brings <it> back',
  passed: false,
  verdict: 'P4.flux & others held',
  startedAt,
  finishedAt: '2026-11-24T03:41:00.000Z',
  steps: [
    { words: 'cut over', outcome: '', passed: true, startedAt, seconds: 20 },
    { words: 'verify', outcome: 'it is GO', passed: false, startedAt: '2026-11-24T03:40:20.000Z', seconds: 40 },
  ],
  flows: [
    { stream: 'energy', system: 'new', rowsAtMs: [ms + 1000, ms + 2000, ms + 50_000] },
    { stream: 'old energy', system: 'old', rowsAtMs: [ms + 1000] },
  ],
  tables: [{ title: 'Pauses', columns: ['stream', 'longest'], rows: [['energy', '1.0 s']] }],
};

test('the page says what was played, what came of it and what was measured, all of it escaped', () => {
  const page = timelinePage(record);
  expect(page).toContain('REHEARSAL, NOT YOUR CLUSTER');
  expect(page).toContain('Flux brings &lt;it&gt; back');
  expect(page).toContain('P4.flux &amp; others held');
  expect(page).toContain('FAILED: it is GO');
  expect(page).toContain('<td>energy</td><td>1.0 s</td>');
  expect(page).not.toMatch(/<script|http(?!:\/\/www\.w3\.org)s?:\/\//);
});

test('a row in the last moment is drawn within the picture, and steps without rows draw none', () => {
  const bars = [...timelinePage(record).matchAll(/<rect x="([\d.]+)"/g)].map(([, x]) => Number(x));
  expect(bars.length).toBe(2 + 3 + 1);
  expect(Math.max(...bars)).toBeLessThan(720);
  expect(timelinePage({ ...record, flows: [] })).not.toContain('<svg');
});
