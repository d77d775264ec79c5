import { duration } from '../helpers/time-words.ts';
import { notReady, suspendOwner } from './scenario/acts.ts';
import { play } from './scenario/play.ts';

const input = { namespace: 'mqtt-input', name: 'mqtt-input' };

/** The plan scales by hand and says nothing of Flux, which applies what Git says: the old system comes back by itself. */
await play(
  { name: 'flux-undoes-cutover', title: 'Flux scales the old system up again after a cutover', state: 'before-phase5' },
  async (stage) => {
    const { replica, context } = stage;
    await stage.npm('backup', ['--no-proof']);
    await stage.npm('state:capture');
    {
      await using _ = await stage.plant('owner-not-suspended');
      await stage.verify('verify:phase4', { decision: 'NO-GO', fails: ['P4.flux'], may: ['P4.state'] });
      await stage.npm('cutover', ['--yes', context], { exitCode: 64, says: /phase 4 is not GO/ });
    }
    await stage.npm('cutover', ['--yes', context], { says: /^done/m });
    await stage.step('somebody resumes the owner of mqtt-input', () => suspendOwner(replica, input.name, false));
    const seconds = await stage.until('Flux brings mqtt-input back', () => notReady(replica, input, 1));
    await stage.verify('verify:phase5', {
      decision: 'NO-GO',
      fails: ['P5.scaled-down', 'P5.stays-down', 'P5.no-old-writer'],
    });
    return `Flux brought mqtt-input back after ${duration(seconds)}: P4.flux warned of it, phase 5 was NO-GO`;
  },
);
