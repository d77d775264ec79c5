import { describe, expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../helpers/evidence/testing/sample-run.ts';
import { reportPage } from './page.ts';

/** The text of the page's element with this id, tags taken out. */
function section(page: string, id: string): string {
  const from = page.indexOf(`id="${id}"`);
  const to = page.indexOf('</article>', from);
  return from === -1 ? '' : page.slice(from, to);
}

describe('a run of every verdict', () => {
  const page = reportPage(mixedRun());

  test('says decision, target and that it is a rehearsal in its head', () => {
    const head = page.slice(page.indexOf('<header'), page.indexOf('</header>'));
    expect(head).toContain('<h1>NO-GO</h1>');
    expect(head).toContain('<strong>embedded</strong>');
    expect(head).toContain('REHEARSAL, NOT YOUR CLUSTER');
    expect(page).toMatch(/<title>NO-GO: phase1 on embedded \(rehearsal, not your cluster\)<\/title>/);
  });

  test('tells a failure in the one layout, with its findings and its evidence', () => {
    const failure = section(page, 'P1.workloads');
    const labels = [...failure.matchAll(/<dt>([^<]*)<\/dt>/g)].map(([, label]) => label);
    expect(labels).toEqual(['Expected', 'Observed', 'Since', 'Where to look', 'What next']);
    expect(failure).toMatch(/<td role="cell" [^>]*>mosquitto\/mosquitto<\/td>/);
    expect(failure).toContain('&quot;replicasReady&quot;: 0');
  });

  test('groups criteria by verdict, what does not hold first and what holds last', () => {
    const groups = [...page.matchAll(/<h2 id="group-([a-z-]+)">/g)].map(([, kind]) => kind);
    expect(groups).toEqual(['fail', 'inconclusive', 'waived', 'not-applicable', 'pass']);
  });

  test('draws every figure, with its numbers as a table beside it', () => {
    expect(page.match(/<figure>/g)).toHaveLength(4);
    expect(page.match(/<svg role="img" aria-label="[^"]{20,}"/g)).toHaveLength(8);
    expect(page).toContain('<th scope="row">energy</th><td class="number">0.4 s</td>');
  });

  test('asks nobody for anything and runs no script', () => {
    expect(page).not.toMatch(/<script|<link|@import|url\(/);
    expect(
      page.match(/(?:src|href)="(?!#|evidence\.json|result\.json|junit\.xml|evidence\.tar\.gz)[^"]*"/g),
    ).toBeNull();
    expect(page).toContain("default-src 'none'");
  });
});

test('a handful of records between two readings is no picture', () => {
  const run = mixedRun();
  const [record, more] = ['"highOffset":116', '"highOffset":109'];
  const criteria = JSON.parse(JSON.stringify(run.criteria).replaceAll(record, more));
  expect(reportPage(run)).toContain('What moved between two readings');
  expect(reportPage({ ...run, criteria })).not.toContain('What moved between two readings');
});

test('what was observed of many things is told once: by its findings', () => {
  const findings = Array.from({ length: 7 }, (_, index) => ({
    subject: `log ${index}`,
    verdict: 'inconclusive' as const,
    observed: 'forbidden',
  }));
  const observed = findings.map(({ subject }) => `${subject}: forbidden`).join('\n');
  const page = reportPage(sampleRun([sampleCriterion('P1.a', sampleVerdict('inconclusive', { observed, findings }))]));
  expect(page).toContain('log 2: forbidden\nand 4 more, below<');
  expect(page).toMatch(/>log 6<\/td>/);
  const alone = sampleVerdict('inconclusive', { observed });
  expect(reportPage(sampleRun([sampleCriterion('P1.a', alone)]))).toContain('log 6: forbidden');
});

test('a live cluster is not called a rehearsal', () => {
  const target = { name: 'live', kind: 'live', rehearsal: false, timeScale: 1 } as const;
  const page = reportPage(sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))], { target }));
  expect(page).toContain('<h1>GO</h1>');
  expect(page).not.toMatch(/rehearsal, not/i);
});

test('images that stand in for others are named in the head', () => {
  const standIns = ['kafka:1 for redpanda:2', 'node:mine for node:24'];
  const target = { name: 'scratch', kind: 'scratch', rehearsal: true, timeScale: 30, standIns } as const;
  const page = reportPage(sampleRun([sampleCriterion('P1.lag', sampleVerdict('pass'))], { target }));
  const head = page.slice(page.indexOf('<header'), page.indexOf('</header>'));
  expect(head).toContain('In it, kafka:1 for redpanda:2; node:mine for node:24.');
});

test('a target that cannot be reached has its page, the reason told once, and no empty figure', () => {
  const verdict = sampleVerdict('inconclusive', {
    observed: 'connect ECONNREFUSED 127.0.0.1:1',
    hint: 'Is it running?',
  });
  const criteria = ['P1.a', 'P1.b', 'P1.c'].map((id) => sampleCriterion(id, verdict));
  const page = reportPage(sampleRun(criteria));
  expect(page).toContain('<h1>INCONCLUSIVE</h1>');
  expect(page.split('ECONNREFUSED')).toHaveLength(2);
  for (const { id } of criteria) expect(page).toContain(`id="${id}"`);
  expect(page).not.toContain('<figure>');
});

test('a run in which nothing ran has its page', () => {
  const page = reportPage(sampleRun([], { problems: ['its worker died'] }));
  expect(page).toContain('<h1>INCONCLUSIVE</h1>');
  expect(page).toContain('its worker died');
});

test('what was observed is never markup', () => {
  const observed = '<img src=x onerror=alert(1)> & "quoted" \u0007';
  const page = reportPage(
    sampleRun([
      sampleCriterion('P1.a', sampleVerdict('fail', { observed, look: observed }), { evidence: { observed } }),
    ]),
  );
  expect(page).not.toContain('<img');
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot;');
  expect(page).not.toContain('\u0007');
});

test('evidence that is too long for a page is cut, and the file named that has it whole', () => {
  const evidence = { lines: Array.from({ length: 5000 }, (_, index) => `line ${index}`) };
  const page = reportPage(sampleRun([sampleCriterion('P1.a', sampleVerdict('fail'), { evidence })]));
  expect(page).toContain('line 100&quot;');
  expect(page).not.toContain('line 4999');
  expect(page).toMatch(/characters more, in evidence\.json/);
});
