import { execFile } from 'node:child_process';
import { readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pc from 'picocolors';
import { withoutAnalytics } from '../reports/without-analytics.ts';
import { exitUsage } from './usage-error.ts';

/** `npm run report:allure [-- DIR]`: the Allure page of a run, of the latest by default, beside the run's own report. */
const [directory = 'reports/out/latest'] = process.argv.slice(2);
const results = await realpath(join(directory, 'allure-results')).catch(() => undefined);

if (results === undefined) {
  console.error(pc.red(`${directory} holds no allure-results; npm run verify:phase1 writes them`));
  process.exitCode = exitUsage;
} else {
  const output = join(dirname(results), 'allure-report');
  const allure = resolve(import.meta.dirname, '../node_modules/.bin/allure');
  // The CLI finds results by glob patterns and does not follow links: hence the real path.
  await promisify(execFile)(allure, ['awesome', results, '--single-file', '--output', output]);
  const page = join(output, 'index.html');
  await writeFile(page, withoutAnalytics(await readFile(page, 'utf8')));
  console.log(page);
}
