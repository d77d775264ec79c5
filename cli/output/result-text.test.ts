import { createColors } from 'picocolors';
import { describe, expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { fullText, shortText } from './result-text.ts';

const plain = { colors: createColors(false), width: undefined };
const report = 'reports/out/embedded/phase1/now/index.html';

describe('in full', () => {
  const text = fullText(mixedRun(), report, plain);

  test('a failure reads in the one layout, in its order', () => {
    const from = text.indexOf('✖ FAIL  P1.workloads');
    const failure = text.slice(from, text.indexOf('\n\n', from));
    const labels = failure
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/, 1)[0]);
    expect(labels).toEqual(['criterion', 'expected', 'observed', 'since', 'look', 'next']);
    expect(failure).toContain('since       2026-11-24T03:35:12Z (4 min ago)');
    expect(failure).toContain('kubectl --namespace timescaledb get pods');
  });

  test('failures come before what could not be decided, and both before the decision', () => {
    const at = (part: string) => text.indexOf(part);
    expect(at('✖ FAIL  P1.workloads')).toBeGreaterThan(-1);
    expect(at('? INCONCLUSIVE  P1.logs-clean')).toBeGreaterThan(at('✖ FAIL  P1.workloads'));
    expect(at('NO-GO: phase1')).toBeGreaterThan(at('? INCONCLUSIVE  P1.logs-clean'));
  });

  test('an advising criterion says that it advises, and is counted', () => {
    expect(text).toContain('P1.restarts (advises)');
    expect(text).toContain('advice: 1;');
  });

  test('it says of which target it speaks, that it is a rehearsal, and where the report lies', () => {
    expect(text).toMatch(/target {2}embedded \(verifier@embedded, https:/);
    expect(text).toContain('REHEARSAL, NOT YOUR CLUSTER');
    expect(text).toContain(report);
  });

  test('without colours there is no control code', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
    expect(text).not.toMatch(/\u001b/);
  });
});

test('a decision about a live cluster does not call itself a rehearsal', () => {
  const target = { name: 'live', kind: 'live', rehearsal: false, timeScale: 1 } as const;
  const run = sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))], { target });
  expect(fullText(run, report, plain)).toContain('GO: phase1');
  expect(fullText(run, report, plain)).not.toContain('REHEARSAL');
});

test('images that stand in for others are named with the decision', () => {
  const standIns = ['kafka:1 for redpanda:2', 'node:mine for node:24'];
  const target = { name: 'scratch', kind: 'scratch', rehearsal: true, timeScale: 30, standIns } as const;
  const text = fullText(sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))], { target }), report, plain);
  expect(text).toContain(
    'REHEARSAL, NOT YOUR CLUSTER\n  stand-in  kafka:1 for redpanda:2\n            node:mine for node:24\n',
  );
});

test('a target that does not answer is told once, for all criteria', () => {
  const verdict = sampleVerdict('inconclusive', { observed: 'connect ECONNREFUSED', hint: 'Is it running?' });
  const text = fullText(sampleRun(['P1.a', 'P1.b', 'P1.c'].map((id) => sampleCriterion(id, verdict))), report, plain);
  expect(text.split('connect ECONNREFUSED')).toHaveLength(2);
  expect(text).toContain('P1.a, P1.b, P1.c');
  expect(text).toContain('INCONCLUSIVE: phase1');
});

test('nothing judged is INCONCLUSIVE, with the trouble of the run named', () => {
  const text = fullText(sampleRun([], { problems: ['its worker died'] }), report, plain);
  expect(text).toContain('INCONCLUSIVE: phase1');
  expect(text).toContain('its worker died');
});

test('a long observation is cut, and the report named for the rest', () => {
  const observed = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
  const text = fullText(sampleRun([sampleCriterion('P1.a', sampleVerdict('fail', { observed }))]), report, plain);
  expect(text).toContain('line 11\n');
  expect(text).not.toContain('line 12\n');
  expect(text).toContain('and 28 more, in the report');
});

test('on a terminal text is wrapped, and a command never is', () => {
  const look = `kubectl get pods ${'--selector app=long '.repeat(10)}`.trim();
  const expected = 'a word '.repeat(30).trim();
  const run = sampleRun([sampleCriterion('P1.a', sampleVerdict('fail', { look, expected }))]);
  const lines = fullText(run, report, { ...plain, width: 60 }).split('\n');
  expect(lines.find((line) => line.includes('look'))).toContain(look);
  const wrapped = lines.filter((line) => line.includes('a word'));
  expect(wrapped.length).toBeGreaterThan(3);
  expect(Math.max(...wrapped.map((line) => line.length))).toBeLessThanOrEqual(60);
});

test('on a narrow terminal the decision is wrapped at words, and the path of the report never is', () => {
  const ids = ['P1.workloads', 'P1.streams', 'P1.lag', 'P1.rows-keep-pace'];
  const run = sampleRun(ids.map((id) => sampleCriterion(id, sampleVerdict('fail'))));
  const long = `${report}${'/deeper'.repeat(10)}`;
  const lines = shortText(run, long, { ...plain, width: 40 })
    .split('\n')
    .slice(ids.length);
  expect(lines.join(' ').replaceAll(/\s+/g, ' ')).toContain(
    'P1.workloads, P1.streams, P1.lag, P1.rows-keep-pace fail.',
  );
  expect(lines.filter((line) => line.length > 40)).toEqual([`  report  ${long}`]);
});

test('in short: one line for each that does not pass, and the decision', () => {
  const text = shortText(mixedRun(), report, plain);
  const listed = text.split('\n').filter((line) => /^[✖?~-] P1\./.test(line));
  expect(listed.map((line) => line.split(' ')[1])).toEqual([
    'P1.workloads',
    'P1.restarts',
    'P1.logs-clean',
    'P1.values',
    'P1.migrations',
  ]);
  expect(text).not.toContain('P1.lag');
  expect(text).toContain('NO-GO: phase1');
});

test('in short, what to do is said where it is one thing for all that does not pass', () => {
  const refused = sampleVerdict('inconclusive', { observed: 'connect ECONNREFUSED', hint: 'start it' });
  const run = sampleRun(['P1.a', 'P1.b'].map((id) => sampleCriterion(id, refused)));
  expect(shortText(run, report, plain)).toContain('\n  next    start it\n');
  expect(shortText(mixedRun(), report, plain)).not.toContain('next  ');
});

test('a decision over some of a phase’s criteria says that it does not decide the phase', () => {
  const run = sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))]);
  const notice = /Only 1 of 14 criteria were judged: this does not decide the phase/;
  expect(fullText({ ...run, phase: { ...run.phase, criteriaCount: 14 } }, report, plain)).toMatch(notice);
  expect(fullText(run, report, plain)).not.toMatch(notice);
});

test('what went wrong with the run itself is said in full and in short', () => {
  const problems = ['this run is in no ledger'];
  const run = sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))], { problems });
  for (const text of [fullText(run, report, plain), shortText(run, report, plain)])
    expect(text).toContain('The run itself: this run is in no ledger');
});
