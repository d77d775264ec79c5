import { suspendOwner } from './scenario/acts.ts';
import { cutOver, prepareCutover, takeOutOfFlux } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

/** The plan's phase 6 deletes Kustomizations with prune: what they applied goes with them unless they are suspended. */
await play(
  { name: 'prune-takes-rollback', title: 'phase 6 lets Flux prune what a rollback needs', state: 'before-phase5' },
  async (stage) => {
    const { replica } = stage;
    await prepareCutover(stage);
    await cutOver(stage);
    await stage.step('the owners are resumed, so that Flux prunes', async () => {
      for (const name of replica.migration.gitops.kustomizations ?? []) await suspendOwner(replica, name, false);
    });
    await takeOutOfFlux(stage);
    const after = await stage.verify('verify:phase6', { decision: 'GO' });
    await stage.names(after, 'P6.prune', 'removed');
    await stage.npm('cutover:undo', ['--yes', stage.context], { exitCode: 64, says: /is gone: bring it back first/ });
    {
      await using _ = await stage.detects('old-database-pruned');
    }
    return 'P6.prune says which rollback is left, and is NO-GO once the old database goes too';
  },
);
