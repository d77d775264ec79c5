import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMigration } from '../../helpers/config/load.ts';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { type ReplicaHandle, startOwnReplica } from '../../replica/lifecycle.ts';
import { openFaultTarget } from '../../scenarios/faults/open-target.ts';
import { startCommand } from '../testing/command.ts';

/** A night over a replica in which a secret stands wherever one can come from: none of them may be in what it leaves. */
const migration = loadMigration('migration.yaml');
const timeScale = 30;

/** Secrets that the suite never uses itself, by where they stand. */
const planted = {
  'a connection string in a log line and an error message of the database': 'Pl4nted-dsn-in-a-log',
  'a password in a log line': 'Pl4nted-password-in-a-log',
  'the variable of a workload that reads the old system': 'Pl4nted-variable-of-a-workload',
  'a Secret that nobody has to read': 'Pl4nted-other-secret',
  'a variable of the environment': 'Pl4nted-wrong-password',
  'the URL of the webhook': 'Pl4nted-webhook-path',
  'a connection string in the environment': 'Pl4nted-scratch-dsn',
} as const;

let replica: ReplicaHandle;
let out: string;
let outputs: ReadonlyMap<string, string>;
let secrets: Readonly<Record<string, string>>;
let told: string[];

beforeAll(async () => {
  replica = await startOwnReplica({ state: 'before-phase5', timeScale, progress: () => {} });
  out = await mkdtemp(join(tmpdir(), 'night-'));
  await using target = await openFaultTarget({
    kubeconfig: replica.kubeconfig,
    context: 'embedded',
    timeScale,
    migration,
  });
  secrets = { ...planted, ...(await ownSecrets(target)) };
  await plant(target);

  told = [];
  const webhook = createServer(async (request, response) => {
    told.push((await Array.fromAsync(request)).join(''));
    response.writeHead(400).end(`no: ${request.url}`);
  }).listen(0, '127.0.0.1');
  await once(webhook, 'listening');
  const { port } = webhook.address() as AddressInfo;
  await using night = startCommand(['cli/nightly.ts', '--kubeconfig', replica.kubeconfig, '--out', out, '--debug'], {
    env: {
      VERIFY_SETTINGS_USERNAME: 'verifier',
      VERIFY_SETTINGS_PASSWORD: planted['a variable of the environment'],
      VERIFY_WEBHOOK_URL: `http://127.0.0.1:${port}/${planted['the URL of the webhook']}`,
      SCRATCH_POSTGRES_URL: `postgres://scratch:${planted['a connection string in the environment']}@127.0.0.1:1/x`,
    },
    withinSeconds: 200,
  });
  const ended = await night.ended;
  webhook.close();
  outputs = new Map([
    ['standard output', ended.stdout],
    ['standard error', ended.stderr],
    ...told.map((body, index): [string, string] => [`message ${index + 1} to the webhook`, body]),
    ...(await texts(out)),
  ]);
}, 280_000);
afterAll(async () => {
  await replica?.stop();
  await rm(out, { recursive: true, force: true });
});

test('the night saw what was planted: the log is quoted, the wrong password refused, the workload named', () => {
  const all = [...outputs.values()].join('\n');
  expect(all).toContain('postgres://telemetry:***@timescaledb:5432');
  expect(all).toContain('password authentication failed');
  expect(all).toContain('dashboard');
  expect(told).not.toEqual([]);
});

test('every kind of output is there to be searched', () => {
  const names = [...outputs.keys()];
  for (const kind of [
    /evidence\.json$/,
    /result\.json$/,
    /junit\.xml$/,
    /evidence\.tar\.gz$/,
    /allure-results\/.*\.json$/,
    /site\/index\.html$/,
    /site\/runs\/.*\.html$/,
    /site\/runs\/.*\.tar\.gz$/,
    /site\/criteria\/.*\.html$/,
    /nightly\/summary\.md$/,
    /nightly\/outcome\.json$/,
  ]) {
    expect(names).toEqual(expect.arrayContaining([expect.stringMatching(kind)]));
  }
});

test('none of them is in any output: plain, in a URL, or as base64 at any of its three beginnings', () => {
  expect(Object.keys(secrets).length).toBeGreaterThan(Object.keys(planted).length + 2);
  const found = Object.entries(secrets).flatMap(([where, secret]) =>
    [...outputs].flatMap(([name, text]) =>
      forms(secret).some((form) => text.includes(form)) ? [`${where}: ${name}`] : [],
    ),
  );
  expect(found).toEqual([]);
});

type Planted = Awaited<ReturnType<typeof openFaultTarget>>;

/** What the suite itself uses: the kubeconfig's tokens and keys, and the passwords of the Secrets that it reads. */
async function ownSecrets({ core }: Planted): Promise<Record<string, string>> {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(replica.kubeconfig);
  const ofUsers = kubeConfig.users.flatMap(({ name, token, keyData, password }) =>
    [token, keyData, password].flatMap((value, index): [string, string][] =>
      value ? [[`user ${name} of the kubeconfig (${index})`, value]] : [],
    ),
  );
  const refs = Object.values(migration.credentials).flatMap(({ secret }) => secret ?? []);
  const ofSecrets = await Promise.all(
    refs.map(async ({ namespace, name, password }): Promise<[string, string]> => {
      const { data } = await core.readNamespacedSecret({ namespace, name });
      return [`Secret ${namespace}/${name}`, Buffer.from(data?.[password] ?? '', 'base64').toString()];
    }),
  );
  return Object.fromEntries([...ofUsers, ...ofSecrets]);
}

async function plant(target: Planted): Promise<void> {
  const dsn = `postgres://telemetry:${planted['a connection string in a log line and an error message of the database']}@timescaledb:5432/telemetry`;
  const words = `cannot reach ${dsn} password=${planted['a password in a log line']}`;
  await target.sql(
    'telemetry',
    `create function planted() returns trigger language plpgsql as $f$ begin raise exception '${words}'; end $f$;
     create trigger planted before insert on energy_consumption for each row execute function planted()`,
  );
  const namespace = 'dashboards';
  await target.core.createNamespace({ body: { metadata: { name: namespace } } });
  await target.core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'planted' }, stringData: { password: planted['a Secret that nobody has to read'] } },
  });
  const variable = planted['the variable of a workload that reads the old system'];
  const old = `postgres://grafana:${variable}@timescaledb.heatpump-mqtt:5432/timescaledb`;
  const env = [
    { name: 'OLD_API', value: 'http://redpanda-sink.redpanda-sink:8080' },
    { name: 'OLD_DATABASE', value: old },
    { name: 'OLD_PASSWORD', value: variable },
  ];
  await target.apps.createNamespacedDeployment({
    namespace,
    body: {
      metadata: { name: 'dashboard' },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'dashboard' } },
        template: {
          metadata: { labels: { app: 'dashboard' } },
          spec: { containers: [{ name: 'dashboard', image: 'grafana/grafana:12.3.0', env }] },
        },
      },
    },
  });
  await eventually(
    async () => {
      const { items } = await target.core.listNamespacedPod({
        namespace: 'timescaledb',
        labelSelector: 'app=redpanda-connect',
      });
      const name = items[0]?.metadata?.name ?? '';
      const log = await target.core.readNamespacedPodLog({ namespace: 'timescaledb', name, tailLines: 50 });
      return log.includes('cannot reach') ? seen(true) : notYet(log.slice(-200));
    },
    { for: 'the planted error in the log', within: 60, every: 0.5 },
  );
}

/** Every file below a folder as text, archives unpacked. */
async function texts(folder: string): Promise<[string, string][]> {
  const names = await readdir(folder, { recursive: true });
  const files = await Promise.all(
    names.map(async (name): Promise<[string, string][]> => {
      const path = join(folder, name);
      if (!(await stat(path)).isFile()) return [];
      const bytes = await readFile(path);
      return [[name, (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')]];
    }),
  );
  return files.flat();
}

/** How a secret may stand in a text. Base64 of a text around it has it in one of three forms, by where it begins. */
function forms(secret: string): string[] {
  const encoded = [0, 1, 2].map((before) => {
    const text = Buffer.from('x'.repeat(before) + secret)
      .toString('base64')
      .replaceAll('=', '');
    // Characters at both ends hold bits of what stands beside.
    return text.slice(before === 0 ? 0 : before + 1, -2);
  });
  return [secret, encodeURIComponent(secret), ...encoded];
}
