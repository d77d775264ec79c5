import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { type ReplicaHandle, startOwnReplica } from '../../replica/lifecycle.ts';
import { startCommand } from '../testing/command.ts';

/** At life's own pace: what init measures of it is then what it would measure of a cluster. */
const timeScale = 1;
const startMs = 120_000;
const runMs = 120_000;

let replica: ReplicaHandle;
let directory: string;
let file: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'init-'));
  file = join(directory, 'migration.yaml');
  replica = await startOwnReplica({ state: 'before-phase5', timeScale, progress: () => {} });
}, startMs);
afterAll(async () => {
  await replica?.stop();
  await rm(directory, { recursive: true, force: true });
}, startMs);

async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  await using command = startCommand(args);
  const { code, stdout, stderr } = await command.ended;
  return { code, output: stdout + stderr };
}

const init = (context: string, ...args: string[]) =>
  run('cli/init.ts', '--kubeconfig', replica.kubeconfig, '--context', context, '--out', file, ...args);

test(
  'what it writes about a replica loads, names what the shipped migration.yaml names, and is GO',
  async () => {
    const written = await init('embedded');
    expect(written.code, written.output).toBe(0);
    const text = await readFile(file, 'utf8');
    expect(text).not.toMatch(/UNKNOWN:/);
    expect(text.match(/# guess: \S/g)?.length).toBeGreaterThan(50);
    // Passwords of the replica all begin so.
    expect(text + written.output).not.toMatch(/replica-(verifier|bridge|postgres)/);

    const found = loadMigration(file);
    const shipped = loadMigration('migration.yaml');
    expect(found.target).toBe('live');
    expect(found.targets.live).toMatchObject({ kind: 'live', context: 'embedded', timeScale: 1 });
    expect(Object.keys(found.new.streams)).toEqual(Object.keys(shipped.new.streams));
    for (const [name, stream] of Object.entries(found.new.streams)) {
      const { mqttTopic, topic, group, rows, every } = shipped.new.streams[name] ?? stream;
      const { table, time, device, where } = rows;
      expect(stream).toMatchObject({ mqttTopic, topic, group, rows: { table, time, device, where } });
      expect(stream.every / every).toBeCloseTo(1, 0);
      expect(Object.keys(stream.rows.columns)).toEqual(expect.arrayContaining(Object.keys(rows.columns)));
    }
    const { topic, group, table, device, deviceTag, fields } = shipped.new.settings;
    expect(found.new.settings).toMatchObject({ topic, group, table, device, deviceTag, fields });
    expect(found.new.hypertables).toEqual(expect.arrayContaining([...shipped.new.hypertables]));
    expect(found.new.workloads).toHaveLength(shipped.new.workloads.length);
    expect(found.new.workloads).toEqual(expect.arrayContaining([...shipped.new.workloads]));
    // What else is known of the old system (what was dropped and why, consumers, Secrets) no look into the cluster tells.
    const { workloads, namespaces, dataNamespaces, topics, groups, database } = shipped.old;
    expect(found.old).toMatchObject({ workloads, namespaces, dataNamespaces, topics, groups, database });
    expect(found.gitops).toEqual(shipped.gitops);
    expect(Object.keys(found.old.streams).sort()).toEqual(['energy', 'heatpump']);
    for (const [name, { topic, table, time, device, every, columns, new: of }] of Object.entries(found.old.streams)) {
      const known = shipped.old.streams[name];
      expect(known).toMatchObject({ topic, table, time, new: of, ...(device === undefined ? {} : { device }) });
      expect(every / (known?.every ?? 0)).toBeCloseTo(1, 0);
      expect(known?.columns, `columns of ${name}`).toMatchObject(columns);
    }
    expect(Object.keys(found.old.streams.heatpump?.columns ?? {}).length).toBeGreaterThan(15);
    expect(text).toMatch(/nothing was found for telemetry \(.*under old.droppedTables/);
    const { freshness: _, ...settings } = found.old.settings ?? { freshness: 0 };
    expect(shipped.old.settings).toMatchObject(settings);

    // As the account that only reads; init itself was run as an operator.
    const verified = await run(
      'cli/verify.ts',
      'phase1',
      '--short',
      '--out',
      directory,
      '--config',
      file,
      '--context',
      'verifier@embedded',
    );
    expect(verified.output).toContain('GO: phase1');
    expect(verified.output).toContain('14 pass');
    expect(verified.code).toBe(0);
  },
  runMs,
);

test(
  'a file that is there is left as it is, unless --force says otherwise',
  async () => {
    await writeFile(file, 'mine');
    expect(await init('embedded')).toMatchObject({ code: 64, output: expect.stringContaining('--force') });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await init('embedded', '--force')).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toContain('target: live');
  },
  runMs,
);

test(
  'without the right to look around it says which is missing, and writes nothing',
  async () => {
    await rm(file, { force: true });
    const { code, output } = await init('verifier@embedded');
    expect(code, output).toBe(2);
    expect(output).toMatch(/forbidden/);
    expect(output).toMatch(/grant it in a (Cluster)?Role/);
    await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' });
  },
  runMs,
);
