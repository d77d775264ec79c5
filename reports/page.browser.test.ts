import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mixedRun, sampleCriterion, sampleRun, sampleVerdict } from '../helpers/evidence/testing/sample-run.ts';
import { reportPage } from './page.ts';

/** The page as a browser shows it: `npm run test:browser`. Without a Chromium it is skipped, and says so. */
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
const title = executablePath ? 'in Chromium' : 'in Chromium (skipped: none found; CHROMIUM names the path of one)';

const unreachable = sampleVerdict('inconclusive', { observed: 'connect ECONNREFUSED', hint: 'Is it running?' });
const pages = {
  mixed: reportPage(mixedRun()),
  unreachable: reportPage(sampleRun(['P1.a', 'P1.b', 'P1.c'].map((id) => sampleCriterion(id, unreachable)))),
};
const screens = {
  light: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 } },
} as const;
const cases = Object.keys(pages).flatMap((name) => Object.keys(screens).map((screen) => [name, screen] as const));

describe.skipIf(executablePath === undefined)(title, () => {
  let browser: Browser;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'page-'));
    for (const [name, text] of Object.entries(pages)) await writeFile(join(directory, `${name}.html`), text);
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function open(name: string, screen: keyof typeof screens, requests: string[] = []): Promise<Page> {
    const page = await (await browser.newContext(screens[screen])).newPage();
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(`file://${join(directory, name)}.html`);
    return page;
  }

  test.each(cases)(
    '%s, %s: accessible, also unfolded; nothing sticks out; nobody is asked for anything',
    async (name, screen) => {
      const requests: string[] = [];
      const page = await open(name, screen as keyof typeof screens, requests);
      await page.evaluate('for (const folded of document.querySelectorAll("details")) folded.open = true');
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(requests).toHaveLength(1);
      await page.context().close();
    },
    30_000,
  );

  test('on a phone each cell of the findings has the name of its column before it, and elsewhere none', async () => {
    const names = async (screen: keyof typeof screens) => {
      const page = await open('mixed', screen);
      const cells = await page.evaluate(
        '[...document.querySelector(".findings tbody tr").cells].map((cell) => getComputedStyle(cell, "::before").content)',
      );
      await page.context().close();
      return cells;
    };
    expect(await names('phone')).toEqual(
      ['What was looked at', 'Verdict', 'Observed'].map((name) => expect.stringContaining(`"${name}: "`)),
    );
    expect(await names('light')).toEqual(['none', 'none', 'none']);
  });

  test('on paper the decision and every criterion stand, and no evidence', async () => {
    const page = await open('mixed', 'dark');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('NO-GO');
    expect(await page.locator('details:visible').count()).toBe(0);
    expect(await page.locator('article:visible').count()).toBe(mixedRun().criteria.length);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    await page.context().close();
  });

  test('bars take the colours of the page’s scheme', async () => {
    const colour = async (screen: 'light' | 'dark') => {
      const page = await open('mixed', screen);
      const fill = await page.evaluate(
        'getComputedStyle(document.querySelector(\'svg path[fill="var(--series-1)"]\')).fill',
      );
      await page.context().close();
      return fill;
    };
    expect(await colour('light')).toBe('rgb(42, 93, 143)');
    expect(await colour('dark')).toBe('rgb(127, 178, 229)');
  });
});
