import { join } from 'node:path';
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { heardSpans } from '../../helpers/judge/accounting/heard.ts';
import { ledgerFile, readLedger } from '../../helpers/ledger/ledger.ts';
import { type ListenEntry, listenEntry } from '../../helpers/listen/schema.ts';
import { type Connections, connections } from '../../helpers/spec/connections.ts';
import { accountingObservations } from '../../helpers/spec/observe/accounting.ts';
import { type Checkout, checkout } from '../testing/checkout.ts';
import { startCommand } from '../testing/command.ts';

/** What `npm run listen` hears of the replica's broker, and what P5.no-loss makes of it. */
const testMs = 180_000;
/** At both ends of a span a message and its record may fall on either side, for each of the sensors. */
const atTheEnds = 2;

let project: Checkout;
let connected: Connections;
let core: CoreV1Api;
const migration = loadMigration('migration.yaml');

beforeAll(async () => {
  project = await checkout();
  expect((await start('replica/cli.ts', '--detach').ended).code).toBe(0);
  const kubeconfig = join(project.path, '.replica', 'kubeconfig');
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(kubeconfig);
  core = kubeConfig.makeApiClient(CoreV1Api);
  connected = connections(migration, { kind: 'embedded', timeScale: 30, kubeconfig }, 'embedded', process.env);
}, testMs);
afterAll(async () => {
  await connected?.[Symbol.asyncDispose]();
  await start('replica/cli.ts', '--down').ended;
  await project?.[Symbol.asyncDispose]();
}, testMs);

function start(...args: string[]) {
  return startCommand(args, { cwd: project.path, env: { TMPDIR: project.temporary }, withinSeconds: 100 });
}

/** So many lines of what was heard. */
function entriesShown(count: number): RegExp {
  return new RegExp(`(?:.* to .*: energy \\d+.*\\n){${count}}`);
}

async function noted(): Promise<readonly ListenEntry[]> {
  const directory = join(project.path, '.replica', 'ledger');
  return (await readLedger(ledgerFile(directory, await connected.clusterUid()))).entries(listenEntry);
}

test(
  'it notes what each stream sends, goes on after the broker was away, and ctrl-C keeps what was heard',
  async () => {
    await using command = start('cli/listen.ts', '--every', '4s');
    await command.said(entriesShown(2));
    const { items } = await core.listNamespacedPod({ namespace: 'mosquitto', labelSelector: 'app=mosquitto' });
    await core.deleteNamespacedPod({ namespace: 'mosquitto', name: items[0]?.metadata?.name ?? '' });
    await command.said(/the connection broke; trying again every 5 s/);
    const before = await noted();
    await command.said(/connected again/);
    await command.said(entriesShown(before.length + 1));
    command.killGroup('SIGINT');
    const { code, stdout, stderr } = await command.ended;
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/^\s+at /m) });

    const entries = await noted();
    expect(stdout.trim().split('\n'), 'each entry is shown').toHaveLength(entries.length);
    expect(entries.length, 'what was heard up to ctrl-C is noted').toBeGreaterThan(before.length + 1);

    const spans = heardSpans(entries, before[0]?.from ?? '').filter(({ stream }) => stream === 'energy');
    expect(spans, 'no entry covers the time without a broker').toHaveLength(2);
    expect(Date.parse(spans[1]?.from ?? '')).toBeGreaterThan(Date.parse(spans[0]?.to ?? ''));

    // The last entry before the break ends with it, when the bridge may have been cut off sooner or later.
    const whole = before.slice(0, -1);
    const { mqttHops } = accountingObservations(migration, connected);
    const hops = await mqttHops(whole, whole[0]?.from ?? '');
    expect(hops.unseen).toEqual([]);
    expect(hops.seen.map(({ stream }) => stream).sort()).toEqual(Object.keys(migration.new.streams).sort());
    for (const { stream, heard, records } of hops.seen)
      expect(Math.abs(heard - records), `${stream}: ${heard} heard, ${records} records`).toBeLessThanOrEqual(atTheEnds);
    expect(hops.seen.find(({ stream }) => stream === 'energy')?.heard).toBeGreaterThan(3);
  },
  testMs,
);
