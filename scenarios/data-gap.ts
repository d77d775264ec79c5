import { setTimeout as sleep } from 'node:timers/promises';
import type { GapsDiagnosis } from '../cli/diagnose/gaps-found.ts';
import type { FaultTarget } from './faults/fault.ts';
import { scale, scaleStatefulSet, setSensors, suspendOwner } from './scenario/acts.ts';
import { longestPause, rowSince } from './scenario/pauses.ts';
import { play } from './scenario/play.ts';
import type { Stage } from './scenario/stage.ts';

/** A way to cut one stream off, and what the suite has to call it. */
interface Cut {
  readonly what: string;
  readonly hop: string;
  readonly off: (replica: FaultTarget) => Promise<void>;
  readonly on: (replica: FaultTarget) => Promise<void>;
}

const stream = 'energy';
/** The stream's limit here: its rows are 12 s apart at the most in the replica's past, and a second since. */
const limitSeconds = 20;
const belowSeconds = 8;
const aboveSeconds = 24;
const messageSeconds = 1;

const mosquitto = { namespace: 'mosquitto', name: 'mosquitto' };
const bridge = { namespace: 'mqtt-kafka-bridge', name: 'mqtt-kafka-bridge' };
const kafka = { namespace: 'redpanda-v2', name: 'redpanda-v2' };
const sink = { namespace: 'timescaledb', name: 'redpanda-connect' };

const cuts: readonly Cut[] = [
  {
    what: 'sensor silent',
    hop: 'mqtt',
    off: (replica) => setSensors(replica, stream),
    on: (replica) => setSensors(replica, ''),
  },
  {
    what: 'MQTT broker restarted',
    hop: 'mqtt',
    off: (replica) => scale(replica, mosquitto, 0),
    on: (replica) => scale(replica, mosquitto, 1),
  },
  {
    what: 'bridge stopped',
    hop: 'bridge',
    off: (replica) => scale(replica, bridge, 0),
    on: (replica) => scale(replica, bridge, 1),
  },
  {
    what: 'Kafka unreachable',
    hop: 'kafka',
    off: (replica) => scaleStatefulSet(replica, kafka, 0),
    on: (replica) => scaleStatefulSet(replica, kafka, 1),
  },
];

interface Made {
  readonly cut: Cut;
  readonly offSeconds: number;
  /** As the rows themselves show it. */
  readonly pause: { readonly from: Date; readonly seconds: number };
}

/** Gaps of chosen length at each hop: found from the limit on, as long as they were, and at the right hop. */
await play(
  { name: 'data-gap', title: 'gaps in one stream, at each hop and of several lengths', state: 'before-phase5' },
  async (stage) => {
    const { replica } = stage;
    const config = await stage.migrationYaml((yaml) =>
      yaml.setIn(['new', 'streams', stream, 'maxGap'], `${limitSeconds}s`),
    );
    await stage.step('Flux is kept from scaling back what is cut off', async () => {
      for (const { namespace } of [mosquitto, bridge, kafka, sink]) await suspendOwner(replica, namespace, true);
    });
    const made: Made[] = [];
    for (const cut of cuts)
      for (const seconds of [belowSeconds, aboveSeconds]) made.push(await cutOff(stage, cut, seconds));

    // Behind Kafka nothing is lost: what was not stored is, once the sink is back. While it lasts it is a gap.
    await stage.step('the sink is stopped', () => scale(replica, sink, 0));
    await sleep(aboveSeconds * 1000, undefined, { signal: stage.signal });
    const open = (await diagnose(stage, config)).gaps.filter((gap) => gap.stream === stream && gap.open);
    await stage.step('and started again: its rows are stored late', async () => {
      const since = new Date();
      await scale(replica, sink, 1);
      await rowSince(replica, stream, since, stage.signal);
    });
    await using rejected = await stage.plant('inserts-fail');
    await sleep(aboveSeconds * 1000, undefined, { signal: stage.signal });
    const refused = (await diagnose(stage, config)).gaps.filter((gap) => gap.stream === stream && gap.open);
    await rejected[Symbol.asyncDispose]();

    await using _hours = await stage.plant('gap-of-a-battery-sensor');
    const { gaps } = await diagnose(stage, config);
    const rows = made.map((one) => judged(one, gaps));
    const hours = gaps.find((gap) => gap.stream === 'temperature-indoor');
    rows.push(
      row('sink stopped, still', 'sink', open[0], open[0]?.seconds ?? 0),
      row('inserts rejected, still', 'sink', refused[0], refused[0]?.seconds ?? 0),
      row('rows of hours, days ago', 'sink', hours, 2.5 * 3600, 900),
    );
    stage.table({
      title: `Gaps in ${stream}, limit ${limitSeconds} s`,
      columns: ['cut off', 'for', 'no row for', 'found', 'hop expected', 'hop found', ''],
      rows: rows.map(({ cells }) => cells),
    });
    const found = gaps.filter((gap) => gap.stream === stream);
    const above = made.filter(({ pause }) => pause.seconds > limitSeconds);
    const wrong = rows.filter(({ isRight }) => !isRight).map(({ cells }) => cells.join(' | '));
    if (found.length > above.length)
      wrong.push(
        `${found.length} gaps are found, ${above.length} were made: ${found.map(({ from, seconds }) => `${seconds} s from ${from}`).join('; ')}`,
      );
    await stage.step('each is found as it was made', async () => {
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    });
    return `${rows.length} cuts: each longer than ${limitSeconds} s was found at its hop, right to within ${messageSeconds} s; none shorter`;
  },
);

/** Cuts the stream off for so long, and waits until it flows again. */
async function cutOff(stage: Stage, cut: Cut, offSeconds: number): Promise<Made> {
  const { replica, signal } = stage;
  return stage.step(
    `${cut.what} for ${offSeconds} s`,
    async () => {
      const began = new Date();
      await cut.off(replica);
      await sleep(offSeconds * 1000, undefined, { signal });
      await cut.on(replica);
      await rowSince(replica, stream, new Date(), signal);
      return { cut, offSeconds, pause: await longestPause(replica, stream, began) };
    },
    ({ pause }) => `no row for ${pause.seconds.toFixed(1)} s`,
  );
}

async function diagnose(stage: Stage, config: string): Promise<GapsDiagnosis> {
  return stage.step(
    'npm run diagnose gaps',
    () => stage.json('diagnose', ['gaps', '--config', config]),
    ({ gaps }: GapsDiagnosis) => `${gaps.length} gaps`,
  );
}

function judged({ cut, offSeconds, pause }: Made, gaps: GapsDiagnosis['gaps']) {
  const found = gaps.find(
    (gap) => gap.stream === stream && Math.abs(Date.parse(gap.from) - pause.from.getTime()) < messageSeconds * 1000,
  );
  const expected = pause.seconds > limitSeconds ? cut.hop : undefined;
  return row(cut.what, expected, found, pause.seconds, messageSeconds, offSeconds);
}

/** A row of the table, and whether what was found is what had to be. */
function row(
  what: string,
  hop: string | undefined,
  found: GapsDiagnosis['gaps'][number] | undefined,
  seconds: number,
  within = messageSeconds,
  offSeconds?: number,
) {
  const isRight =
    hop === undefined
      ? found === undefined
      : found !== undefined && found.attribution?.hop === hop && Math.abs(found.seconds - seconds) <= within;
  const length = (value: number | undefined) => (value === undefined ? 'nothing' : `${value.toFixed(1)} s`);
  const cells = [
    ...[what, offSeconds === undefined ? '' : `${offSeconds} s`, length(seconds), length(found?.seconds)],
    ...[
      hop ?? 'none',
      found?.attribution?.hop ?? 'none',
      isRight ? 'right' : `WRONG: ${found?.attribution?.words ?? ''}`,
    ],
  ];
  return { cells, isRight };
}
