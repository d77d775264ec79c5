import { setTimeout as sleep } from 'node:timers/promises';
import { duration } from '../helpers/time-words.ts';
import { scale, suspendOwner } from './scenario/acts.ts';
import { observeFlows } from './scenario/flows.ts';
import { pauseOfBoth, rowSince } from './scenario/pauses.ts';
import { cutOver, oldNotReady, prepareCutover } from './scenario/plan.ts';
import { play } from './scenario/play.ts';
import type { Stage } from './scenario/stage.ts';

const bridge = { namespace: 'mqtt-kafka-bridge', name: 'mqtt-kafka-bridge' };
const downSeconds = 15;
/** Those that both systems record. */
const streams = ['energy', 'heatpump'];

/** The same trouble with the new bridge, once with nobody beside it and once while the old system still hears. */
await play(
  {
    name: 'direct-cutover',
    title: 'option B: what goes wrong now is a gap that option A does not have',
    state: 'before-phase5',
  },
  async (stage) => {
    await prepareCutover(stage);
    const config = await stage.migrationYaml((yaml) =>
      yaml.set('plan', { option: 'B', reason: 'rehearsed as such', observationDays: 7 }),
    );
    const ready = await stage.verify('verify:phase4', { decision: 'GO' }, { config });
    await stage.step('P4.parallel does not apply, and says why', async () => {
      const parallel = ready.criteria.find(({ id }) => id === 'P4.parallel');
      if (parallel?.verdict !== 'not-applicable') throw new Error(`it is ${parallel?.verdict}: ${parallel?.summary}`);
    });
    await cutOver(stage, config);
    const direct = await trouble(stage);
    await stage.step('the new bridge is down again', () => scale(stage.replica, bridge, 0));
    await stage.verify('verify:phase5', {
      decision: 'NO-GO',
      fails: ['P5.flow'],
      may: ['P5.streams', 'P5.logs-clean', 'P5.restarts', 'P5.no-loss'],
    });
    await stage.step('and up again', () => scale(stage.replica, bridge, 1));
    await stage.npm('cutover:undo', ['--yes', stage.context], { says: /^done/m });
    await stage.until('the old inputs and sinks run', () => oldNotReady(stage.replica, 1));
    const parallel = await trouble(stage);
    const [inParallel, alone] = [parallel, direct].map((pauses) => pauses.map((seconds) => duration(seconds)));
    stage.table({
      title: `Longest time without a row in either system, the bridge down for ${duration(downSeconds)}`,
      columns: ['stream', 'option A, in parallel', 'option B, direct'],
      rows: streams.map((stream, index) => [stream, inParallel?.[index] ?? '', alone?.[index] ?? '']),
    });
    await stage.step('option B’s gap is wider in every stream', async () => {
      const narrow = streams.filter(
        (_, index) => (direct[index] ?? 0) <= (parallel[index] ?? Number.POSITIVE_INFINITY),
      );
      if (narrow.length > 0) throw new Error(`not so: ${narrow.join(', ')}`);
    });
    return `the bridge down for ${duration(downSeconds)}: ${streams.map((stream, index) => `${stream} ${alone?.[index]} without a row, ${inParallel?.[index]} with option A`).join('; ')}`;
  },
);

/** The bridge is down for a while; returns how long each stream had no row in either system. */
async function trouble(stage: Stage): Promise<number[]> {
  const { replica, signal } = stage;
  const began = new Date();
  return stage.step(
    `the new bridge is down for ${duration(downSeconds)}`,
    async () => {
      await suspendOwner(replica, bridge.namespace, true);
      await scale(replica, bridge, 0);
      await sleep(downSeconds * 1000, undefined, { signal });
      await scale(replica, bridge, 1);
      for (const stream of streams) await rowSince(replica, stream, new Date(), signal);
      // The row before the trouble begins the pause.
      const flows = await observeFlows(replica, new Date(began.getTime() - 60_000));
      return streams.map((stream) => pauseOfBoth(flows, stream, began));
    },
    (pauses) => pauses.map((seconds, index) => `${streams[index]} ${duration(seconds)} without a row`).join(', '),
  );
}
