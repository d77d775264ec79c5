import { expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { junitXml } from './junit.ts';

/** The element of one criterion, with what it holds. */
function testcase(xml: string, id: string): string {
  return xml.match(new RegExp(`<testcase[^>]*name="${id}:[^>]*(?:/>|>[\\s\\S]*?</testcase>)`))?.[0] ?? '';
}

test('fail is a failure, inconclusive an error, waived and not applicable are skipped with their reason', () => {
  const xml = junitXml(mixedRun());
  expect(testcase(xml, 'P1.workloads')).toContain('<failure message="timescaledb/redpanda-connect: 0 of 1 ready"');
  expect(testcase(xml, 'P1.logs-clean')).toContain('<error message="the log does not reach back"');
  expect(testcase(xml, 'P1.values')).toMatch(/<skipped\/>[\s\S]*sensor is replaced/);
  expect(testcase(xml, 'P1.migrations')).toMatch(/<skipped\/>[\s\S]*no migration is declared/);
  expect(testcase(xml, 'P1.lag')).not.toMatch(/<(failure|error|skipped)/);
});

test('a criterion that only advises never counts as a failure', () => {
  const xml = junitXml(mixedRun());
  expect(testcase(xml, 'P1.restarts')).toMatch(/<skipped\/>[\s\S]*restarted 3 times/);
  expect(xml).toMatch(/<testsuite [^>]*failures="1"/);
  expect(xml).toMatch(/<testsuite [^>]*errors="1"/);
});

test('it says that a replica was judged', () => {
  expect(junitXml(mixedRun())).toContain('REHEARSAL, NOT YOUR CLUSTER');
});

test('control characters and the end of a CDATA section in a log line do not break it', () => {
  const observed = 'red \u001b[31mERROR\u001b[0m \u0000 ]]> <b>&amp;';
  const xml = junitXml(sampleRun([sampleCriterion('P1.a', sampleVerdict('fail', { observed, summary: observed }))]));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(xml).not.toMatch(/[\u0000\u001b]/);
  expect(xml.match(/]]>/g)).toHaveLength(1);
});
