import { duration } from '../helpers/time-words.ts';
import { suspendOwner } from './scenario/acts.ts';
import { bringBack, cutOver, prepareCutover, takeOutOfFlux } from './scenario/plan.ts';
import { play } from './scenario/play.ts';
import type { Stage } from './scenario/stage.ts';

/** The three ways back: while the old workloads are there, once Flux has pruned them, and after the cleanup. */
await play(
  { name: 'rollback', title: 'the way back after phases 5, 6 and 8, each with its duration', state: 'before-phase5' },
  async (stage) => {
    await prepareCutover(stage);
    await cutOver(stage);
    const trouble = await stage.plant('crash-loop');
    const afterCutover = await timed(() => undo(stage));
    await trouble[Symbol.asyncDispose]();
    const missed = await rolledBack(stage);

    // Anew: the trouble stands in the logs still, and phase 4 would not be GO for as long.
    const pruned = await stage.later('before-phase5');
    await prepareCutover(pruned);
    await cutOver(pruned);
    await pruned.step('the owners are resumed, so that Flux prunes', async () => {
      for (const name of pruned.replica.migration.gitops.kustomizations ?? [])
        await suspendOwner(pruned.replica, name, false);
    });
    await takeOutOfFlux(pruned);
    await pruned.npm('cutover:undo', ['--yes', pruned.context], { exitCode: 64, says: /is gone: bring it back first/ });
    const afterPrune = await timed(() => bringBack(pruned).then(() => undo(pruned)));
    await rolledBack(pruned);

    const late = await pruned.later('after-phase8');
    // Its operator has one from before the cleanup: what it tells of the old data, the data that is back is held to.
    await late.npm('backup', ['--no-proof']);
    const afterCleanup = await timed(() => bringBack(late).then(() => undo(late)));
    await rolledBack(late);

    stage.table({
      title: 'What each system missed, after the rollback of phase 5',
      columns: ['finding'],
      rows: missed.split('\n').map((line) => [line]),
    });
    const [five, six, eight] = [afterCutover, afterPrune, afterCleanup].map((seconds) => duration(seconds));
    return `back from phase 5 in ${five}, from a pruned phase 6 in ${six}, from phase 8 in ${eight}; what was missed is listed`;
  },
);

async function undo(stage: Stage): Promise<void> {
  await stage.npm('cutover:undo', ['--yes', stage.context], { says: /^done/m });
}

/** The old system flows again; returns what each system missed, as R.gap lists it. */
async function rolledBack(stage: Stage): Promise<string> {
  const { criteria } = await stage.verify('verify:rollback', { decision: 'GO' });
  return criteria.find(({ id }) => id === 'R.gap')?.observed ?? '';
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
