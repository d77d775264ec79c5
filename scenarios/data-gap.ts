import { setTimeout as sleep } from 'node:timers/promises';
import type { GapsDiagnosis } from '../cli/diagnose/gaps-found.ts';
import { count } from '../helpers/judge/words.ts';
import { duration } from '../helpers/time-words.ts';
import type { FaultTarget } from './faults/fault.ts';
import { scale, scaleStatefulSet, setSensors, suspendOwner } from './scenario/acts.ts';
import { longestPause, newestRow, rowSince } from './scenario/pauses.ts';
import { play } from './scenario/play.ts';
import type { Stage } from './scenario/stage.ts';

/** A way to cut one stream off, and what the suite has to call it. */
interface Cut {
  readonly what: string;
  readonly hop: string;
  readonly lengths: readonly number[];
  readonly off: (replica: FaultTarget) => Promise<void>;
  readonly on: (replica: FaultTarget) => Promise<void>;
}

const stream = 'energy';
/** The stream's limit here, where its rows are a second apart. */
const limitSeconds = 15;
/** Just below it, and above. */
const lengths = [11, 18];
/** The bridge keeps what comes first while Kafka is away; only what comes then is lost. */
const kafkaLengths = [42];
const messageSeconds = 1;
const dayMs = 86_400_000;

const mosquitto = { namespace: 'mosquitto', name: 'mosquitto' };
const bridge = { namespace: 'mqtt-kafka-bridge', name: 'mqtt-kafka-bridge' };
const kafka = { namespace: 'redpanda-v2', name: 'redpanda-v2' };
const sink = { namespace: 'timescaledb', name: 'redpanda-connect' };

const cuts: readonly Cut[] = [
  {
    what: 'sensor silent',
    hop: 'mqtt',
    lengths,
    off: (replica) => setSensors(replica, stream),
    on: (replica) => setSensors(replica, ''),
  },
  {
    what: 'MQTT broker restarted',
    hop: 'mqtt',
    lengths,
    off: (replica) => scale(replica, mosquitto, 0),
    on: (replica) => scale(replica, mosquitto, 1),
  },
  {
    what: 'bridge stopped',
    hop: 'bridge',
    lengths,
    off: (replica) => scale(replica, bridge, 0),
    on: (replica) => scale(replica, bridge, 1),
  },
  {
    what: 'Kafka unreachable',
    hop: 'kafka',
    lengths: kafkaLengths,
    off: (replica) => scaleStatefulSet(replica, kafka, 0),
    on: (replica) => scaleStatefulSet(replica, kafka, 1),
  },
];

type Gaps = GapsDiagnosis['gaps'];

interface Row {
  readonly cells: readonly string[];
  readonly isRight: boolean;
}

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
    const began = Date.now();
    const rows: Row[] = [];
    let made = 0;
    for (const cut of cuts) {
      const cutOffs: Made[] = [];
      for (const seconds of cut.lengths) cutOffs.push(await cutOff(stage, cut, seconds));
      // At once: what a program was replaced by tells nothing of the time before.
      const { gaps } = await diagnose(stage, lately(config));
      rows.push(...cutOffs.map((one) => closedGap(one, gaps)));
      made += cutOffs.filter(({ pause }) => pause.seconds > limitSeconds).length;
      await stage.step('nothing else is found', async () => {
        const found = gaps.filter(({ from }) => Date.parse(from) > began);
        const words = found.map((gap) => `${gap.stream} ${duration(gap.seconds)} from ${gap.from}`).join('; ');
        if (found.length !== made) throw new Error(`${made} were made, ${found.length} found: ${words}`);
      });
    }
    // Behind Kafka nothing is lost: what was not stored is, once the sink is back. While it lasts it is a gap.
    await stage.step('the sink is stopped', () => scale(replica, sink, 0));
    rows.push(await openGap(stage, config, 'sink stopped, still'));
    await stage.step('and started again: its rows are stored late', async () => {
      const since = new Date();
      await scale(replica, sink, 1);
      await rowSince(replica, stream, since, stage.signal);
    });
    {
      await using _ = await stage.plant('inserts-fail');
      rows.push(await openGap(stage, config, 'inserts rejected, still'));
    }
    {
      await using _ = await stage.plant('gap-of-a-battery-sensor');
      const { gaps } = await diagnose(stage, []);
      const found = gaps.find((gap) => gap.stream === 'temperature-indoor');
      const { seconds } = await longestPause(replica, 'temperature-indoor', new Date(Date.now() - 7 * dayMs));
      rows.push(row('rows of hours, days ago', 'sink', found, seconds));
    }
    stage.table({
      title: `Gaps in ${stream}, limit ${duration(limitSeconds)}`,
      columns: ['cut off', 'for', 'no row for', 'found', 'hop expected', 'hop found', ''],
      rows: rows.map(({ cells }) => cells),
    });
    await stage.step('each is found as it was made', async () => {
      const wrong = rows.filter(({ isRight }) => !isRight).map(({ cells }) => cells.join(' | '));
      if (wrong.length > 0) throw new Error(wrong.join('\n'));
    });
    return `${rows.length} cuts: each longer than its limit was found at its hop, right to within ${duration(messageSeconds)}; none shorter`;
  },
);

/** Cuts the stream off for so long, and waits until it flows again. */
async function cutOff(stage: Stage, cut: Cut, offSeconds: number): Promise<Made> {
  const { replica, signal } = stage;
  return stage.step(
    `${cut.what} for ${duration(offSeconds)}`,
    async () => {
      const began = new Date();
      await cut.off(replica);
      await sleep(offSeconds * 1000, undefined, { signal });
      await cut.on(replica);
      await rowSince(replica, stream, new Date(), signal);
      return { cut, offSeconds, pause: await longestPause(replica, stream, began) };
    },
    ({ pause }) => `no row for ${measured(pause.seconds)}`,
  );
}

/** By the limit of this scenario, and no further back than it began: of days it would be some ten thousand probes. */
function lately(config: string): string[] {
  return ['--config', config, '--days', '0.02'];
}

/** What was found; that not all could be looked at is never "no gap". */
async function diagnose(stage: Stage, args: readonly string[]): Promise<GapsDiagnosis> {
  return stage.step(
    'npm run diagnose gaps',
    async () => {
      const found = await stage.json<GapsDiagnosis>('diagnose', ['gaps', ...args]);
      const unseen = found.unseen.map(({ subject, message }) => `${subject}: ${message}`);
      if (unseen.length > 0) throw new Error(`not all could be looked at:\n${unseen.join('\n')}`);
      return found;
    },
    ({ gaps }) => count(gaps.length, 'gap'),
  );
}

function closedGap({ cut, offSeconds, pause }: Made, gaps: Gaps): Row {
  const isIt = (gap: Gaps[number]) =>
    gap.stream === stream && Math.abs(Date.parse(gap.from) - pause.from.getTime()) < messageSeconds * 1000;
  const expected = pause.seconds > limitSeconds ? cut.hop : undefined;
  return row(cut.what, expected, gaps.find(isIt), pause.seconds, offSeconds);
}

/** A gap that lasts: it begins with the newest row and ends with what was looked at. */
async function openGap(stage: Stage, config: string, what: string): Promise<Row> {
  await sleep(1.5 * limitSeconds * 1000, undefined, { signal: stage.signal });
  const newest = await newestRow(stage.replica, stream);
  const { gaps, to } = await diagnose(stage, lately(config));
  const found = gaps.find((gap) => gap.stream === stream && gap.open);
  return row(what, 'sink', found, (Date.parse(to) - newest.getTime()) / 1000);
}

/** What was found beside what had to be, and whether it is that. */
function row(
  what: string,
  hop: string | undefined,
  found: Gaps[number] | undefined,
  seconds: number,
  offSeconds?: number,
): Row {
  const isRight =
    hop === undefined
      ? found === undefined
      : found?.attribution?.hop === hop && Math.abs(found.seconds - seconds) <= messageSeconds;
  const cells = [
    ...[
      what,
      offSeconds === undefined ? '' : duration(offSeconds),
      measured(seconds),
      found === undefined ? 'nothing' : measured(found.seconds),
    ],
    ...[
      hop ?? 'none',
      found?.attribution?.hop ?? 'none',
      isRight ? 'right' : `WRONG: ${found?.attribution?.words ?? ''}`,
    ],
  ];
  return { cells, isRight };
}

/** To a tenth: in whole seconds what is just above the limit would read as the limit. */
function measured(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}
