import { createHash } from 'node:crypto';
import { createTarGzip, parseTarGzip } from 'nanotar';
import { expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { reportPage } from '../page.ts';
import { fourteenNights } from '../site/testing/fourteen-nights.ts';
import { BundleError, bundle, unbundle } from './bundle.ts';

const noGo =
  fourteenNights().find(({ decision, phase }) => decision.decision === 'NO-GO' && phase.id === 'phase1') ?? mixedRun();
const filesOf = async (archive: Uint8Array) =>
  new Map((await parseTarGzip(archive)).map(({ name, text }) => [name.slice(name.indexOf('/') + 1), text]));

/** The same archive with its files changed. */
async function changed(archive: Uint8Array, change: (files: Map<string, string>) => void): Promise<Uint8Array> {
  const files = await filesOf(archive);
  change(files);
  return createTarGzip([...files].map(([name, data]) => ({ name: `run/${name}`, data })));
}

test.each([
  ['of every verdict', mixedRun()],
  ['NO-GO with logs', noGo],
  ['in which nothing ran', sampleRun([], { problems: ['its worker died'] })],
  ['without evidence', sampleRun([sampleCriterion('P1.lag', sampleVerdict('inconclusive'), { evidence: undefined })])],
])('from the bundle of a run %s the same page is made again, byte for byte', async (_, run) => {
  expect(reportPage(await unbundle(await bundle(run)))).toBe(reportPage(run));
});

test('the same run gives the same bytes', async () => {
  expect(Buffer.compare(await bundle(noGo), await bundle(structuredClone(noGo)))).toBe(0);
});

test('verdicts, observations, logs and versions are files of their own, each with its hash', async () => {
  const files = await filesOf(await bundle(noGo));
  expect([...files.keys()]).toEqual(
    expect.arrayContaining([
      'verdicts.json',
      'versions.json',
      'observations/P1.lag.json',
      'logs/timescaledb_redpanda-connect-7d9f_redpanda-connect.log',
      'SHA256SUMS',
    ]),
  );
  expect(files.get('logs/timescaledb_redpanda-connect-7d9f_redpanda-connect.log')).toContain('connection refused');
  const sums = files.get('SHA256SUMS')?.trim().split('\n') ?? [];
  expect(sums).toHaveLength(files.size - 1);
  for (const line of sums) {
    const [sum, name = ''] = line.split('  ');
    expect(
      createHash('sha256')
        .update(files.get(name) ?? '')
        .digest('hex'),
    ).toBe(sum);
  }
});

test.each([
  [
    'a verdict was changed',
    (files: Map<string, string>) =>
      void files.set('verdicts.json', (files.get('verdicts.json') ?? '').replaceAll('NO-GO', 'GO')),
    /changed since it was bundled: verdicts\.json/,
  ],
  ['an observation is gone', (files: Map<string, string>) => void files.delete('observations/P1.lag.json'), /P1\.lag/],
  ['a file was added', (files: Map<string, string>) => void files.set('more.json', '{}'), /added .*more\.json/],
  ['the hashes are gone', (files: Map<string, string>) => void files.delete('SHA256SUMS'), /no SHA256SUMS/],
])('a bundle in which %s is refused', async (_, change, words) => {
  const archive = await changed(await bundle(noGo), change);
  await expect(unbundle(archive)).rejects.toThrow(words);
  await expect(unbundle(archive)).rejects.toThrow(BundleError);
});

test('what is no archive is refused', async () => {
  await expect(unbundle(Buffer.from('no archive'))).rejects.toThrow(BundleError);
});
