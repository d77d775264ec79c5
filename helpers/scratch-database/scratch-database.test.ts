import { describe, expect, test } from 'vitest';
import { Unobservable } from '../unobservable.ts';
import { type ScratchDatabase, scratchDatabase } from './scratch-database.ts';

const version = { postgres: 16, timescale: '2.23.0' };
const embedded = { had: 'embedded' } as ScratchDatabase;

const noDocker =
  (asked: string[] = []) =>
  async (image: string) => {
    asked.push(image);
    throw new Unobservable('unsupported', 'no Docker answers');
  };

/** A port of the loopback that nobody listens on. */
const nobody = 'postgres://postgres:s3cret@127.0.0.1:9/postgres';

describe('a scratch database that cannot be had in a container', () => {
  test('is the replica’s own engine, where that may serve', async () => {
    const had = await scratchDatabase({ version, env: {}, embedded: async () => embedded }, noDocker());
    expect(had).toBe(embedded);
  });

  test('is none otherwise, and it is said what to install', async () => {
    await expect(scratchDatabase({ version, env: {} }, noDocker())).rejects.toMatchObject({
      name: 'Unobservable',
      kind: 'unsupported',
      message: 'no scratch database for PostgreSQL 16 with TimescaleDB 2.23.0: no Docker answers',
      hint: 'start a Docker that has timescale/timescaledb:2.23.0-pg16, or set SCRATCH_POSTGRES_URL to a server of that version whose role may create databases',
    });
  });

  test('is not replaced when the container did not come up', async () => {
    const start = () => Promise.reject(new Error('Port 5432 not bound after 60000ms'));
    await expect(scratchDatabase({ version, env: {}, embedded: async () => embedded }, start)).rejects.toThrow(
      'not bound',
    );
  });
});

test('the image is that of the version: PostgreSQL alone where no TimescaleDB is needed', async () => {
  const asked: string[] = [];
  await scratchDatabase({ version, env: {} }, noDocker(asked)).catch(() => {});
  await scratchDatabase({ version: { postgres: 16 }, env: {} }, noDocker(asked)).catch(() => {});
  expect(asked).toEqual(['timescale/timescaledb:2.23.0-pg16', 'postgres:16']);
});

test('a server that is named is the one that is taken, and its password told nowhere', async () => {
  const asked: string[] = [];
  const env = { SCRATCH_POSTGRES_URL: nobody };
  const failed = await scratchDatabase({ version, env, embedded: async () => embedded }, noDocker(asked)).catch(
    (error: Unobservable) => error,
  );
  expect(failed).toMatchObject({ name: 'Unobservable', kind: 'unreachable' });
  expect((failed as Unobservable).message).toMatch(/^connect to the scratch server 127\.0\.0\.1:9: /);
  expect(JSON.stringify(failed)).not.toContain('s3cret');
  expect(asked).toEqual([]);
});
