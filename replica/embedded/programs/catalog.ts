import { mosquitto } from '../mqtt/program.ts';
import type { Program } from '../program.ts';
import { backupProgram } from './backup.ts';
import { connectProgram } from './connect/program.ts';
import { migrationProgram } from './migration.ts';
import { mqttInputProgram } from './old/mqtt-input.ts';
import { redpandaSinkProgram } from './old/redpanda-sink.ts';
import { sensorsProgram } from './sensors.ts';

/** By image repository; those that keep data, Redpanda and PostgreSQL, are added by whoever seeds it. */
const programs: Readonly<Record<string, Program>> = {
  'eclipse-mosquitto': mosquitto,
  'redpandadata/connect': connectProgram,
  'telemetry-replica/sensors': sensorsProgram,
  'telemetry-replica/mqtt-input': mqttInputProgram,
  'telemetry-replica/redpanda-sink': redpandaSinkProgram,
  'telemetry-replica/backup': backupProgram,
};

/** PostgreSQL's images also run the manifests' migration script; without it they are a server, which is not in here. */
const postgresImages = ['postgres', 'timescale/timescaledb'];

/** The program that stands for an image with these arguments; undefined when the replica has none. */
export function programFor(image: string, args: readonly string[]): Program | undefined {
  const repository = imageRepository(image);
  if (!postgresImages.includes(repository)) return programs[repository];
  return args.some((arg) => arg.endsWith('/migrate.sh')) ? migrationProgram : undefined;
}

/** `docker.io/library/postgres:16@sha256:…` is `postgres`. */
export function imageRepository(image: string): string {
  return image
    .replace(/@.*$/, '')
    .replace(/:[^/:]*$/, '')
    .replace(/^docker\.io\//, '')
    .replace(/^library\//, '');
}
