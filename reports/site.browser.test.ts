import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '../helpers/evidence/run.ts';
import { duration } from '../helpers/time-words.ts';
import { runName } from './site/site.ts';
import { fourteenNights, gap, startOf, story } from './site/testing/fourteen-nights.ts';
import { sampleSite } from './site/testing/sample-site.ts';
import { writeSite } from './site/write.ts';
import { quantity } from './words.ts';

/** The site of fourteen nights as a browser shows it. Without a Chromium it is skipped, and says so. */
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
const title = executablePath ? 'the site' : 'the site (skipped: no Chromium found; CHROMIUM names the path of one)';
/** Pictures of the pages, for people to look at. */
const pictures = resolve(import.meta.dirname, 'out/tests/site');

const nights = fourteenNights();
const nightOf = (night: number, phase: 'phase1' | 'phase3') => {
  const startedAt = startOf(night, phase).toISOString();
  const run = nights.find((one) => one.startedAt === startedAt && one.phase.id === phase);
  if (run === undefined) throw new Error(`no run of ${phase} in night ${night}`);
  return run;
};
const pageOf = (run: RunResult) => `runs/${runName({ phase: run.phase.id, startedAt: run.startedAt })}.html`;
const noGo = nightOf(story.noGo, 'phase1');
const pages = {
  front: 'index.html',
  run: pageOf(noGo),
  criterion: 'criteria/P1.lag.html',
  agreement: 'agreement.html',
  criteria: 'criteria.html',
  runs: 'runs.html',
  detection: 'detection.html',
  rehearsals: 'rehearsals.html',
} as const;
const screens = {
  light: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
  print: { colorScheme: 'light', viewport: { width: 718, height: 1000 } },
} as const;
type Screen = keyof typeof screens;
const pictured = (['front', 'run', 'criterion', 'agreement'] as const).flatMap((name) =>
  (Object.keys(screens) as Screen[]).map((screen) => [name, screen] as const),
);
const others = [
  ['criteria', 'light'],
  ['runs', 'phone'],
  ['detection', 'phone'],
  ['rehearsals', 'light'],
] as const;

describe.skipIf(executablePath === undefined)(title, () => {
  let browser: Browser;
  let directory: string;

  beforeAll(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'site-')), 'site');
    await mkdir(pictures, { recursive: true });
    await writeSite(sampleSite(), directory, new Map());
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await rm(join(directory, '..'), { recursive: true, force: true });
  });

  /** A page, and what it asked for and said while it was open. */
  async function open(path: string, screen: Screen = 'light') {
    const page = await (await browser.newContext(screens[screen])).newPage();
    const requests: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => said.push(error.message));
    await page.goto(`file://${join(directory, path)}`);
    if (screen === 'print') await page.emulateMedia({ media: 'print' });
    return { page, requests, said, [Symbol.asyncDispose]: () => page.context().close() };
  }

  test.each([...pictured, ...others])(
    '%s, %s: accessible, also unfolded; nothing sticks out, is said on the console or asked for',
    async (name, screen) => {
      await using opened = await open(pages[name], screen);
      const { page, requests, said } = opened;
      const path = join(pictures, `${name}-${screen}.png`);
      if (pictured.some(([one]) => one === name)) await page.screenshot({ path, fullPage: true });
      await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(said).toEqual([]);
      expect(requests).toEqual([`file://${join(directory, pages[name])}`]);
    },
    120_000,
  );

  test('every link within the site leads to a file of it, and none leads out', async () => {
    const broken: string[] = [];
    for (const path of Object.values(pages)) {
      await using opened = await open(path);
      const links = (await opened.page.evaluate('[...document.links].map((link) => link.href)')) as string[];
      for (const link of new Set(links.map((href) => href.split('#')[0] ?? ''))) {
        const file = link.replace('file://', '');
        // The rehearsal's own page is another program's.
        if (!link.includes('/rehearsals/') && !(link.startsWith('file://') && existsSync(file))) broken.push(link);
      }
    }
    expect(broken).toEqual([]);
  });

  test('no page is larger than 1 MB', async () => {
    const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith('.html'));
    const sizes = await Promise.all(
      files.map(async (file) => ({ file, size: (await stat(join(directory, file))).size })),
    );
    expect(sizes.length).toBeGreaterThan(nights.length);
    expect(sizes.filter(({ size }) => size > 1_000_000)).toEqual([]);
  });

  test('the front page says how the last night was, how far the migration is and what is next', async () => {
    await using opened = await open(pages.front);
    const { page } = opened;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('GO');
    expect(await page.locator('.rehearsal').textContent()).toContain('REHEARSAL, NOT YOUR CLUSTER');
    expect(await page.locator('.way [aria-current=step] .step').textContent()).toBe('Phase 4');
    expect(await page.locator('.way .done').count()).toBe(3);
    expect(await page.getByText('It has not been verified: npm run verify:phase4.').count()).toBe(1);
  });

  test('the calendar has a square for each run, each with the decision of that run, and none for the night that was missed', async () => {
    await using opened = await open(pages.front);
    const rows = (await opened.page.evaluate(
      `[...document.querySelectorAll('.calendar tbody tr')].map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText ? cell.querySelector('.unseen').textContent : ''))`,
    )) as string[][];
    const days = Array.from({ length: 14 }, (_, index) =>
      startOf(index + 1, 'phase1')
        .toISOString()
        .slice(0, 10),
    );
    for (const [index, phase] of (['phase1', 'phase2', 'phase3'] as const).entries()) {
      const expected = days.map((day) => {
        const run = nights.find((one) => one.phase.id === phase && one.finishedAt.startsWith(day));
        return run === undefined ? 'no run' : expect.stringContaining(`: ${run.decision.decision}. `);
      });
      expect(rows[index]).toEqual(expected);
    }
  });

  test('every figure of every stream is that of the evidence', async () => {
    await using opened = await open(pages.front);
    const shown = new Map(
      (await opened.page.evaluate(
        `[...document.querySelectorAll('[data-figure]')].map((cell) => [cell.dataset.figure, cell.textContent])`,
      )) as [string, string][],
    );
    const runs = nights.filter(({ phase }) => phase.id === 'phase3');
    const expected = new Map(runs.flatMap((run) => run.streams.flatMap(({ name }) => figuresOf(run, name))));
    expect(expected.size).toBe(runs.length * 4 * 3);
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(expected));
  });

  test('a gap is marked in the stream’s drawings and told with its times', async () => {
    await using opened = await open(pages.front);
    const { page } = opened;
    const told = page.locator('.gaps li');
    expect(await told.count()).toBe(1);
    expect(await told.textContent()).toBe('gap of 42 min, 2026-11-12 21:14 UTC to 2026-11-12 21:56 UTC');
    const titles = await page.evaluate('[...document.querySelectorAll(".gaps time")].map((time) => time.title)');
    expect(titles).toEqual([gap.from, gap.to]);
    expect(await marked(page)).toEqual([3, 0, 0, 0]);
  });

  test('the run of the NO-GO tells the failure in full, the log around its error, and how to see it again', async () => {
    await using opened = await open(pages.run);
    const { page } = opened;
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('NO-GO');
    const failure = page.locator('article.fail');
    const verdict = noGo.criteria.find(({ id }) => id === 'P1.lag')?.verdict;
    expect(await failure.locator('dd.observed').textContent()).toBe(verdict?.observed);
    expect(await page.locator('.log .fail').textContent()).toContain('connection refused');
    expect(await page.locator('.log li').count()).toBe(3);
    expect(await page.locator('.commands code').allTextContents()).toEqual([
      'npm run verify:phase1 -- --config migration.yaml --target embedded',
      'npm run verify:phase1 -- --config migration.yaml --target embedded --only P1.lag',
    ]);
  });

  test('the page of a criterion counts its verdicts as the runs have them', async () => {
    await using opened = await open(pages.criterion);
    const verdicts = nights.flatMap(({ criteria }) => criteria.filter(({ id }) => id === 'P1.lag'));
    const held = verdicts.filter(({ verdict }) => verdict.kind === 'pass').length;
    expect(await opened.page.getByText(`It held in ${held} of ${verdicts.length} runs.`).count()).toBe(1);
    expect(await opened.page.locator('.squares .fail').count()).toBe(verdicts.length - held);
  });

  test('old against new: what was compared, what differs, and how far', async () => {
    await using opened = await open(pages.agreement);
    const { page } = opened;
    expect(await page.locator('[data-figure]').allTextContents()).toEqual(['10,080', '10,080']);
    expect(await page.getByText('14 differ').count()).toBe(1);
    expect(await page.locator('tbody tr').textContent()).toBe('2026-11-20 03:02 UTC14 of 154.21');
  });

  test('everything can be reached with the keyboard alone', async () => {
    await using opened = await open(pages.front);
    const { page } = opened;
    const reached: string[] = [];
    const wanted = (await page.evaluate(
      'document.querySelectorAll("a[href], summary, [tabindex=\\"0\\"]").length',
    )) as number;
    for (let index = 0; index < wanted; index++) {
      await page.keyboard.press('Tab');
      reached.push((await page.evaluate('document.activeElement.outerHTML.slice(0, 120)')) as string);
    }
    expect(new Set(reached).size).toBeGreaterThanOrEqual(Math.min(wanted, 40));
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open]').count()).toBe(1);
  });
});

/** How many gaps are shaded in the drawings of each stream. */
async function marked(page: Page): Promise<unknown> {
  return page.evaluate(
    `[...document.querySelectorAll('.stream')].map((stream) => stream.querySelectorAll('svg [fill="var(--limit)"]').length)`,
  );
}

/** What the page has to show of a stream in a run, worked out from the evidence by itself. */
function figuresOf(run: RunResult, stream: string): [string, string][] {
  const evidence = (id: string) =>
    // biome-ignore lint/suspicious/noExplicitAny: evidence is whatever was observed
    run.criteria.find((criterion) => criterion.id === id)?.evidence as any;
  const { topic, group } = run.streams.find(({ name }) => name === stream) ?? { topic: '', group: '' };
  const named = (one: { stream: string }) => one.stream === stream;
  const { rowCount } = evidence('P1.rows-keep-pace').counts.rows.seen.find(named);
  const { newestAgeSeconds } = evidence('P1.tables-fresh').rows.seen.find(named);
  const groups = evidence('P1.lag').readings.second.groups.seen;
  const { lagRecords } = groups
    .find((one: { group: string }) => one.group === group)
    .partitions.find((one: { topic: string }) => one.topic === topic);
  // The window of rows is an hour.
  return [
    [`${stream} rowsPerHour ${run.finishedAt}`, `${rowCount}/h`],
    [`${stream} rowAgeSeconds ${run.finishedAt}`, duration(newestAgeSeconds)],
    [`${stream} lagRecords ${run.finishedAt}`, quantity(lagRecords)],
  ];
}
