import { prepareCutover } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

/** `pg_dump -U postgres`, as the plan writes it, dumps the database postgres, in which nothing is. */
await play(
  {
    name: 'wrong-dump',
    title: 'the plan’s own dump is of an empty database, and others are damaged',
    state: 'before-phase5',
  },
  async (stage) => {
    await stage.verify('verify:phase4', {
      decision: 'NO-GO',
      fails: ['P4.backup'],
      may: ['P4.restores', 'P4.state'],
    });
    await prepareCutover(stage);
    await stage.verify('verify:phase4', { decision: 'GO' });
    const only = ['P4.backup', 'P4.restores'];
    for (const name of ['backup-of-postgres', 'backup-truncated', 'backup-altered']) {
      await using _ = await stage.detects(name, { only });
      await stage.npm('cutover', ['--yes', stage.context, '--dry-run'], { exitCode: 64, says: /phase 4 is not GO/ });
    }
    await stage.verify('verify:phase4', { decision: 'GO' });
    return 'a dump of the wrong database, half a dump and an altered one are each NO-GO, and no cutover goes on with them';
  },
);
