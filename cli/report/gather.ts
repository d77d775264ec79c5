import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Migration } from '../../helpers/config/schema.ts';
import { cutoverEntry } from '../../helpers/cutover/schema.ts';
import { partialNotice, type RunTarget } from '../../helpers/evidence/run.ts';
import { type Ledger, ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { entryOfRun, runEntry } from '../../helpers/ledger/run-entry.ts';
import { runningReplica } from '../../replica/home.ts';
import { type KeptRun, keptRuns } from '../../reports/kept/runs.ts';
import { type Rehearsal, type Site, siteRuns } from '../../reports/site/site.ts';
import type { Beside } from '../../reports/site/write.ts';
import { detectionRows } from '../../scenarios/detection/rows.ts';
import { faults } from '../../scenarios/faults/all.ts';
import { criteria } from '../../specs/criteria.ts';
import { phases } from '../phases.ts';
import { ledgerDirectory } from '../verify/ledger-directory.ts';
import type { ChosenTarget } from '../verify/target.ts';
import { allureReport } from './allure-report.ts';

export interface GatherOptions {
  readonly migration: Migration;
  readonly chosen: ChosenTarget;
  readonly configPath: string;
  /** Where reports are kept. */
  readonly out: string;
  /** Allure takes some seconds for its page. */
  readonly withAllure: boolean;
  readonly signal: AbortSignal;
}

/**
 * All that the site of a target is made from: the runs that are kept, what the ledger of its cluster has noted, and the
 * pages that other programs wrote. Throws `Unobservable` for a ledger that cannot be understood.
 */
export async function gatherSite({
  migration,
  chosen,
  configPath,
  out,
  withAllure,
  signal,
}: GatherOptions): Promise<{ readonly site: Site; readonly beside: Beside }> {
  const { runs, unreadable } = await keptRuns(out, chosen.name);
  const own = ofOneCluster(runs);
  const ledger = await ledgerOf(own.at(-1), ledgerDirectory(migration, await withHome(chosen), configPath));
  const cutover = ledger?.entries(cutoverEntry).at(-1);
  const rehearsals = await rehearsalsBelow(join(out, 'scenarios'));
  const allure = withAllure ? await allureReport(own, join(out, chosen.name), signal) : undefined;
  const site: Site = {
    target: own.at(-1)?.run.target ?? unseen(chosen),
    runs: siteRuns(ledger?.entries(runEntry) ?? [], own, (run) => entryOfRun(run, partialNotice(run) !== undefined)),
    ...(cutover === undefined ? {} : { cutover: { action: cutover.action, at: cutover.at } }),
    option: migration.plan.option,
    phases: phases.map(({ id, title }) => ({ id, title })),
    criteria,
    detection: detectionRows(faults),
    rehearsals,
    hasAllure: allure !== undefined,
    unreadable,
    madeAt: new Date(),
  };
  return {
    site,
    beside: new Map([
      ...rehearsals.map(({ name }): [string, string] => [
        `rehearsals/${name}/index.html`,
        join(out, 'scenarios', name, 'index.html'),
      ]),
      ...(allure === undefined ? [] : [['allure/index.html', allure] as [string, string]]),
    ]),
  };
}

/**
 * The runs of the cluster that the last one spoke to: a live target may have been pointed to another. Each replica is a
 * cluster of its own and no more than the next, so that their runs stand together.
 */
function ofOneCluster(runs: readonly KeptRun[]): readonly KeptRun[] {
  const last = runs.findLast(({ run }) => run.target.clusterUid !== undefined)?.run.target;
  if (last === undefined || last.rehearsal) return runs;
  return runs.filter(({ run }) => run.target.clusterUid === undefined || run.target.clusterUid === last.clusterUid);
}

/** An embedded replica that runs has its ledger in its home. */
async function withHome(chosen: ChosenTarget): Promise<ChosenTarget> {
  const { kind, kubeconfig } = chosen.config;
  const running = kind === 'embedded' && kubeconfig === undefined ? await runningReplica() : undefined;
  return running === undefined ? chosen : { ...chosen, config: { ...chosen.config, kubeconfig: running.kubeconfig } };
}

async function ledgerOf(last: KeptRun | undefined, directory: string): Promise<Ledger | undefined> {
  const uid = last?.run.target.clusterUid;
  return uid === undefined ? undefined : readLedger(ledgerFile(directory, uid));
}

/** A target of which nothing is known but what migration.yaml says. */
function unseen({ name, config: { kind, timeScale } }: ChosenTarget): RunTarget {
  return { name, kind, rehearsal: kind !== 'live', timeScale };
}

const scenario = z.object({
  title: z.string(),
  startedAt: z.iso.datetime(),
  passed: z.boolean(),
  verdict: z.string(),
});

/** The rehearsals that left a page, each with what its record says of it, as far as that can be read. */
async function rehearsalsBelow(directory: string): Promise<Rehearsal[]> {
  const names = (await readdir(directory).catch(noneIfAbsent)).sort();
  const found = await Promise.all(
    names.map(async (name): Promise<Rehearsal[]> => {
      if (!(await isThere(join(directory, name, 'index.html')))) return [];
      const text = await readFile(join(directory, name, 'scenario.json'), 'utf8').catch(() => '');
      return [{ name, title: name, ...said(text) }];
    }),
  );
  return found.flat();
}

/** No scenario was ever played; a directory that cannot be read is another matter. */
function noneIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function said(text: string): Partial<Rehearsal> {
  try {
    const { title, startedAt, passed, verdict } = scenario.parse(JSON.parse(text));
    return { title, at: startedAt, passed, outcome: verdict };
  } catch {
    return {};
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
