import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundle } from '../kept/bundle.ts';
import { reportPage } from '../page.ts';
import { agreementPage } from './agreement.ts';
import { criteriaPage, criterionPage } from './criteria.ts';
import { navigation } from './frame.ts';
import { frontPage } from './front.ts';
import { detectionPage, rehearsalsPage, runsPage } from './lists.ts';
import { runName, type Site } from './site.ts';

/** The pages of a site by their paths. */
function sitePages(site: Site): Map<string, string> {
  const runs = site.runs.flatMap((run): [string, string][] => {
    if (run.evidence === undefined) return [];
    const path = `runs/${runName(run)}.html`;
    const surroundings = { navigation: navigation(site, path), bundle: `${runName(run)}.tar.gz` };
    return [[path, reportPage(run.evidence, surroundings)]];
  });
  return new Map([
    ['index.html', frontPage(site)],
    ['runs.html', runsPage(site)],
    ['criteria.html', criteriaPage(site)],
    ['agreement.html', agreementPage(site)],
    ['detection.html', detectionPage(site)],
    ['rehearsals.html', rehearsalsPage(site)],
    ...site.criteria.map((criterion): [string, string] => [
      `criteria/${criterion.id}.html`,
      criterionPage(criterion, site),
    ]),
    ...runs,
  ]);
}

/** What lies beside the pages that are made here, by the site's own paths: pages that other programs wrote. */
export type Beside = ReadonlyMap<string, string>;

/**
 * Writes the site in place of one that is there: it is made beside it and renamed, so that nobody reads half of one.
 * One about a live cluster is for its owner alone.
 */
export async function writeSite(site: Site, directory: string, beside: Beside): Promise<void> {
  const unfinished = `${directory}.${process.pid}`;
  const isOpen = site.target.rehearsal;
  const write = async (path: string, content: string | Uint8Array) => {
    const file = join(unfinished, path);
    await mkdir(dirname(file), { recursive: true, mode: isOpen ? 0o755 : 0o700 });
    await writeFile(file, content, { mode: isOpen ? 0o644 : 0o600 });
  };
  try {
    await rm(unfinished, { recursive: true, force: true });
    for (const [path, page] of sitePages(site)) await write(path, page);
    for (const run of site.runs) {
      if (run.evidence !== undefined) await write(`runs/${runName(run)}.tar.gz`, await bundle(run.evidence));
    }
    for (const [path, from] of beside) await cp(from, join(unfinished, path), { recursive: true });
    await rm(directory, { recursive: true, force: true });
    await rename(unfinished, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
