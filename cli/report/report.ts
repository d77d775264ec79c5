import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { loadMigration } from '../../helpers/config/load.ts';
import { BundleError, unbundle } from '../../reports/kept/bundle.ts';
import { reportPage } from '../../reports/page.ts';
import { writeSite } from '../../reports/site/write.ts';
import { criteria } from '../../specs/criteria.ts';
import { UsageError } from '../usage-error.ts';
import { chooseRunning } from '../verify/target.ts';
import { gatherSite } from './gather.ts';
import { openPage } from './open-page.ts';
import type { ReportOptions } from './options.ts';

/**
 * Writes the site of a target, or the page of one bundle, and says where it lies.
 *
 * @returns the exit code 0
 * Throws `UsageError` (exit code 64) for a bundle that cannot be read or is none.
 */
export async function report(options: ReportOptions, signal: AbortSignal): Promise<number> {
  const page = options.from === undefined ? await siteOf(options, signal) : await pageOf(options.from);
  process.stdout.write(`${page}\n`);
  if (options.open) await openPage(page);
  return 0;
}

async function siteOf(options: ReportOptions, signal: AbortSignal): Promise<string> {
  const migration = loadMigration(
    options.config,
    criteria.map(({ id }) => id),
  );
  const chosen = await chooseRunning(migration, options);
  const out = resolve(options.out);
  const { site, beside } = await gatherSite({
    migration,
    chosen,
    configPath: resolve(options.config),
    out,
    withAllure: options.allure,
    signal,
  });
  const directory = resolve(out, 'site');
  await writeSite(site, directory, beside);
  return resolve(directory, 'index.html');
}

async function pageOf(file: string): Promise<string> {
  const archive = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--from ${file}: cannot be read (${error.code})`);
  });
  try {
    const run = await unbundle(archive);
    const page = resolve(`${file.replace(/\.(tar\.gz|tgz)$/, '')}.html`);
    await writeFile(page, reportPage(run), { mode: run.target.rehearsal ? 0o644 : 0o600 });
    return page;
  } catch (error) {
    if (error instanceof BundleError) throw new UsageError(`--from ${file}: ${error.message}`);
    throw error;
  }
}
