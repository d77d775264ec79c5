import { notReady, scale } from './scenario/acts.ts';
import { prepareCutover } from './scenario/plan.ts';
import { play } from './scenario/play.ts';

const remembered = { namespace: 'mqtt-input', name: 'mqtt-input' };
const real = { namespace: 'mqtt-input', name: 'mqtt-input-main' };

/** The plan scales names that may not exist and throws the errors away: `2>/dev/null`. */
await play(
  { name: 'wrong-names', title: 'the list of old resources names one that does not exist', state: 'before-phase5' },
  async (stage) => {
    const { replica } = stage;
    await stage.verify('verify:phase2', { decision: 'GO' });
    await prepareCutover(stage);
    {
      await using detected = await stage.detects('old-name-wrong');
      await stage.names(detected.document, 'P2.named-exist', real.name);
      await stage.step('the plan’s scale command, its errors thrown away', () =>
        scale(replica, remembered, 0).catch(() => {}),
      );
      await stage.until('and the old input runs on', () => notReady(replica, real, 1));
      await stage.npm('cutover', ['--yes', stage.context], { exitCode: 64, says: /phase 4 is not GO/ });
    }
    await stage.verify('verify:phase2', { decision: 'GO' });
    return `phase 2 names ${real.name} as what was meant, and npm run cutover refuses to scale what is not there`;
  },
);
