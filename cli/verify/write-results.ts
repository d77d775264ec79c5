import { access, constants, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { pruneRuns } from '../../reports/kept/runs.ts';
import { verifyDocument } from '../output/json-document.ts';
import { junitXml } from '../output/junit.ts';
import { UsageError } from '../usage-error.ts';

/** Runs of a phase and target that are kept with their evidence: a nightly run's of two months. What is older goes. */
const keptOfEachPhase = 60;

/** Throws `UsageError`, before anything is observed, when nothing can be kept in `out`. */
export async function prepareOut(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    await access(out, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out ${out}: cannot be written to (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Where a run keeps its results below `out`: by target, phase and time. */
export function runDirectory(out: string, target: string, phase: string, startedAt: Date): string {
  return join(out, target, phase, startedAt.toISOString().replaceAll(':', '-'));
}

/** What writes reports; it takes a while to load, which is done while there is a target to wait for. */
export async function reportWriters() {
  const [{ reportPage }, { writeAllureResults }, { bundle }] = await Promise.all([
    import('../../reports/page.ts'),
    import('../../reports/allure.ts'),
    import('../../reports/kept/bundle.ts'),
  ]);
  return { reportPage, writeAllureResults, bundle };
}

/**
 * Writes the report and the machine-readable results into the run's directory and points `out/latest` to it.
 * Those about a live cluster are for their owner alone: they tell when a home is empty.
 * @returns path of the HTML report
 */
export async function writeResults(run: RunResult, directory: string, out: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: run.target.rehearsal ? 0o755 : 0o700 });
  const report = join(directory, 'index.html');
  const { reportPage, writeAllureResults, bundle } = await reportWriters();
  const mode = run.target.rehearsal ? 0o644 : 0o600;
  const write = (name: string, content: string | Uint8Array) => writeFile(join(directory, name), content, { mode });
  await Promise.all([
    write('index.html', reportPage(run)),
    write('evidence.json', `${JSON.stringify(run, undefined, 2)}\n`),
    write('result.json', `${JSON.stringify(verifyDocument(run, report), undefined, 2)}\n`),
    write('junit.xml', junitXml(run)),
    bundle(run).then((archive) => write('evidence.tar.gz', archive)),
    writeAllureResults(run, join(directory, 'allure-results')),
  ]);
  await pointTo(directory, join(out, 'latest'));
  await pruneRuns(dirname(directory), keptOfEachPhase);
  return report;
}

/** Made beside and renamed: whoever follows the link while another run ends finds one of the two. */
async function pointTo(directory: string, link: string): Promise<void> {
  const unfinished = `${link}.${process.pid}`;
  await rm(unfinished, { force: true });
  await symlink(relative(dirname(link), directory), unfinished, 'dir');
  await rename(unfinished, link);
}
