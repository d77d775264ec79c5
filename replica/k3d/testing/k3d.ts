import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * Stands in for the k3d CLI 5: records its calls in calls.txt of the folder STANDIN, keeps its cluster there, and answers
 * as k3d does. `STANDIN_K3D=slow` never finishes a creation, `fails` fails one.
 */
const { STANDIN = '', STANDIN_K3D } = process.env;
const args = process.argv.slice(2);
const clusterFile = join(STANDIN, 'cluster.json');

appendFileSync(join(STANDIN, 'calls.txt'), `k3d ${args.join(' ')}\n`);

interface Config {
  readonly metadata: { readonly name: string };
  readonly servers: number;
  readonly image: string;
  readonly kubeAPI: { readonly host: string; readonly hostPort: string };
  readonly options: { readonly runtime: { readonly labels: readonly { readonly label: string }[] } };
}

interface Standing {
  readonly config: Config;
  readonly running: boolean;
}

const standing = (): Standing | undefined =>
  existsSync(clusterFile) ? JSON.parse(readFileSync(clusterFile, 'utf8')) : undefined;
function say(level: 'INFO' | 'FATA' | 'ERRO', words: string): void {
  process.stderr.write(`${level}[0000] ${words}\n`);
}

const keep = (config: Config, running: boolean) => writeFileSync(clusterFile, JSON.stringify({ config, running }));

function fatal(words: string): never {
  say('FATA', words);
  process.exit(1);
}

function list(): void {
  const { config, running } = standing() ?? {};
  const clusters = config && {
    name: config.metadata.name,
    network: { name: `k3d-${config.metadata.name}`, id: '2c3f', ipam: { Managed: false }, Members: null },
    nodes: Array.from({ length: config.servers }, (_, index) => ({
      name: `k3d-${config.metadata.name}-server-${index}`,
      role: 'server',
      image: config.image,
      runtimeLabels: {
        app: 'k3d',
        'k3d.cluster': config.metadata.name,
        'k3d.role': 'server',
        ...Object.fromEntries(config.options.runtime.labels.map(({ label }) => label.split('='))),
      },
      State: { Running: running, Status: running ? 'running' : 'exited', Started: '' },
    })),
    InitNode: null,
    serversRunning: running ? config.servers : 0,
    serversCount: config.servers,
    agentsRunning: 0,
    agentsCount: 0,
    hasLoadbalancer: true,
  };
  console.log(JSON.stringify(clusters ? [clusters] : []));
}

function create(): void {
  const config = parse(readFileSync(args[3] ?? '', 'utf8')) as Config;
  const { name } = config.metadata;
  if (standing()) fatal(`Failed to create cluster '${name}' because a cluster with that name already exists`);
  say('INFO', `Using config file ${args[3]} (k3d.io/v1alpha5#simple)`);
  say('INFO', `Creating node 'k3d-${name}-server-0'`);
  keep(config, false);
  if (STANDIN_K3D === 'slow') {
    setInterval(() => {}, 60_000);
    return;
  }
  if (STANDIN_K3D === 'fails') {
    say('ERRO', `Failed Cluster Start: Failed to start server k3d-${name}-server-0: port is already allocated`);
    fatal('Cluster creation FAILED, all changes have been rolled back!');
  }
  keep(config, true);
  say('INFO', `Cluster '${name}' created successfully!`);
}

function remove(name: string): void {
  if (standing()?.config.metadata.name === name) {
    rmSync(clusterFile);
    say('INFO', `Successfully deleted cluster ${name}!`);
  } else say('INFO', 'No clusters found');
}

function start(name: string): void {
  const { config } = standing() ?? fatal('No nodes found for given cluster');
  keep(config, true);
  say('INFO', `Started cluster '${name}'`);
}

function kubeconfig(name: string): void {
  const { config } = standing() ?? fatal('No nodes found for given cluster');
  const server = `https://${config.kubeAPI.host}:${config.kubeAPI.hostPort}`;
  const context = `k3d-${name}`;
  console.log(`---
apiVersion: v1
kind: Config
clusters:
- cluster: { server: "${server}" }
  name: ${context}
contexts:
- context: { cluster: ${context}, user: admin@${context} }
  name: ${context}
current-context: ${context}
users:
- name: admin@${context}
  user: { token: standin }`);
}

const [noun, verb, name = ''] = args;
if (noun === 'kubeconfig' && verb === 'get') kubeconfig(name);
else if (noun === 'cluster' && verb === 'list') list();
else if (noun === 'cluster' && verb === 'create') create();
else if (noun === 'cluster' && verb === 'delete') remove(name);
else if (noun === 'cluster' && verb === 'start') start(name);
else fatal(`unknown command "${args.join(' ')}" for "k3d"`);
