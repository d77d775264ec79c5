import { appendEntry } from '../../helpers/ledger/ledger.ts';
import { listen } from '../../helpers/listen/listen.ts';
import { type ListenEntry, listenEntry } from '../../helpers/listen/schema.ts';
import { readCredentials } from '../../helpers/target/credentials.ts';
import { connectMqtt } from '../../helpers/target/dial/mqtt.ts';
import { Unobservable } from '../../helpers/unobservable.ts';
import { openActTarget } from '../acts/target.ts';
import type { ListenOptions } from './options.ts';

const exitUnheard = 2;
const reconnectAfterSeconds = 5;

/**
 * Listens until the signal aborts, and notes in the target's ledger what was heard.
 *
 * @returns the exit code: 0 when it was ended by the operator, 2 when the broker could not be reached to begin with
 * Throws `UsageError`, `ConfigError` or `TargetConfigError` (exit code 64).
 */
export async function listenToMqtt(options: ListenOptions, signal: AbortSignal): Promise<number> {
  await using target = await openActTarget(options);
  const { migration, connections } = target;
  const { mqtt, streams } = migration.new;
  const say = (words: string) => void process.stderr.write(`${words}\n`);
  try {
    const [file, { offsetSeconds }] = await Promise.all([target.ledgerFile(), connections.clock()]);
    await listen({
      streams: Object.entries(streams).map(([stream, { mqttTopic }]) => ({ stream, mqttTopic })),
      connect: async () => {
        const cluster = await connections.target();
        const credential = migration.credentials[mqtt.credentials] ?? {};
        const login = await readCredentials(cluster.kube, credential, mqtt.credentials, process.env);
        return connectMqtt(cluster, mqtt, login);
      },
      now: () => new Date(Date.now() + offsetSeconds * 1000),
      note: async (entry) => {
        await appendEntry(file, listenEntry, entry);
        process.stdout.write(`${entryText(entry)}\n`);
      },
      every: options.every,
      reconnectAfter: reconnectAfterSeconds,
      signal,
      say,
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Unobservable)) throw error;
    say(`${error.message}\n${error.hint ?? ''}\nNothing was heard.`);
    return exitUnheard;
  }
}

/** `2026-11-20T10:00:00Z to 10:05:00Z: energy 30, heatpump 10`. */
function entryText({ from, to, streams }: ListenEntry): string {
  return `${from} to ${to}: ${streams.map(({ stream, messages }) => `${stream} ${messages}`).join(', ')}`;
}
