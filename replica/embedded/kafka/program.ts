import type { Program } from '../program.ts';
import { ended } from '../programs/ended.ts';
import { createBroker } from './broker.ts';
import { rpk } from './rpk/rpk.ts';
import { brokerState } from './state.ts';

/** Where Redpanda keeps its data, and so where the claim is mounted. */
export const redpandaDataPath = '/var/lib/redpanda/data';

const kafkaPort = 9092;

/** Redpanda, as much of it as Kafka clients and `rpk` see. */
export const redpanda: Program = {
  async run(context) {
    const log = (line: string) => context.log(`INFO  ${stamp(context.now())} [shard 0:main] ${line}`);
    const volume = context.volume(redpandaDataPath);
    const advertised = advertisedAddress(context.args);
    log(`main - application.cc: Redpanda ${versionOf(context.image)} - starting`);
    const broker = createBroker({ advertised, nodeId: 0, log, state: volume });
    using _listener = context.listen(kafkaPort, (socket) => broker.accept(socket));
    log(
      `kafka - server.cc: kafka api listens on 0.0.0.0:${kafkaPort}, advertised as ${advertised.host}:${advertised.port}`,
    );
    log('main - application.cc: Successfully started Redpanda!');
    await ended(context.signal);
    log('main - application.cc: Stopping...');
    broker.close();
    log('main - application.cc: Shutdown complete.');
    return 0;
  },
  commands: { rpk },
  cpuCores: 0.048,
  memoryBytes(context) {
    const idle = 320 * 1024 * 1024;
    const logs = [...brokerState(context.volume(redpandaDataPath)).topics.values()].flatMap(
      (topic) => topic.partitions,
    );
    return idle + logs.reduce((bytes, log) => bytes + log.sizeBytes, 0);
  },
};

/** `--advertise-kafka-addr [NAME://]HOST:PORT`, the first of several; localhost as without it. */
function advertisedAddress(args: readonly string[]): { host: string; port: number } {
  const flag = '--advertise-kafka-addr';
  const index = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const value = args[index]?.startsWith(`${flag}=`)
    ? args[index].slice(flag.length + 1)
    : index < 0
      ? undefined
      : args[index + 1];
  const address = value?.split(',')[0]?.replace(/^[a-z_-]+:\/\//i, '') ?? `localhost:${kafkaPort}`;
  const colon = address.lastIndexOf(':');
  if (colon < 0) return { host: address, port: kafkaPort };
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

/** The tag of the image, `v25.2.1`. */
function versionOf(image: string): string {
  return /:([^:/@]+)(@|$)/.exec(image)?.[1] ?? 'v25.2.1';
}

/** The way Redpanda writes times: `2026-11-24 03:10:00,123`, UTC. */
function stamp(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('.', ',').replace('Z', '');
}
