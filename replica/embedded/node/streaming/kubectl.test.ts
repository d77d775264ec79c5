import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCertificates } from '../../kubernetes/certificates.ts';
import { kubeconfig } from '../../kubernetes/kubeconfig.ts';
import { type ApiServer, startApiServer } from '../../kubernetes/server.ts';
import { type Node, startNode } from '../node.ts';
import { pods } from '../pod.ts';
import { echoServer } from '../testing/programs.ts';
import { emptyStore, isReady, podOf, podWhen } from '../testing/store.ts';

/** Up to 1.29 kubectl speaks SPDY, from 1.31 websockets: each is tried where it is installed. */
const kubectls = ['kubectl', 'kubectl.1.28', 'kubectl.1.33'].map((name) => ({ name, path: which(name) }));

function which(name: string): string | undefined {
  const beside = spawnSync('sh', [
    '-c',
    `command -v ${name} || ls "$(dirname "$(readlink -f "$(command -v kubectl)")")/${name}"`,
  ]);
  const path = beside.stdout.toString().trim();
  return path === '' ? undefined : path;
}

const store = emptyStore();
let node: Node;
let server: ApiServer;
let directory: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  node = startNode({ store, timeScale: 1000, programs: () => echoServer });
  directory = await mkdtemp(join(tmpdir(), 'kubectl-'));
  const certificates = await loadCertificates(directory);
  server = await startApiServer({ store, kubelet: node, certificates, now: () => new Date() });
  env = { ...process.env, KUBECONFIG: join(directory, 'config') };
  await writeFile(join(directory, 'config'), kubeconfig(server));
  const echo = podOf('echo');
  echo.metadata.uid = 'u1';
  store.create(pods, echo);
  await podWhen(store, 'echo', isReady);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

for (const { name, path } of kubectls) {
  describe.skipIf(path === undefined)(path === undefined ? `${name} (not installed)` : name, () => {
    const run = (...words: string[]): ChildProcessWithoutNullStreams =>
      spawn(path ?? '', ['-n', 'ns', ...words], { env });

    const result = async (child: ChildProcessWithoutNullStreams) => {
      const [stdout, stderr, [exitCode]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      return { stdout, stderr, exitCode };
    };

    test('exec tells output, errors and exit code apart', async () => {
      const child = run('exec', 'echo', '--', 'fail', '3');
      expect(await result(child)).toEqual({
        stdout: 'out\n',
        stderr: 'err\ncommand terminated with exit code 3\n',
        exitCode: 3,
      });
    });

    test('exec -i pipes standard input through, to its end', async () => {
      const child = run('exec', '-i', 'echo', '--', 'cat');
      const megabytes = 'x'.repeat(5_000_000);
      child.stdin.on('error', () => {}).end(megabytes);
      const { stdout, stderr, exitCode } = await result(child);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(stdout.length).toBe(megabytes.length);
    });

    test('exec -it has one output, with carriage returns', async () => {
      const command = `${path} -n ns exec -it echo -- fail 4`;
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env,
      });
      const { stdout, exitCode } = await result(child);
      expect(stdout).toContain('out\r\nerr\r\n');
      expect(exitCode).toBe(4);
    });

    test('exec says that a command is not there', async () => {
      const { stderr, exitCode } = await result(run('exec', 'echo', '--', 'nope'));
      expect(stderr).toContain('exec: "nope": executable file not found in $PATH');
      expect(exitCode).toBe(1);
    });

    test('port-forward carries connections one after the other and beside each other', async () => {
      const child = run('port-forward', 'pod/echo', ':7');
      try {
        const port = await forwardedPort(child);
        for (let turn = 0; turn < 3; turn += 1) expect(await echo(port, 'ping')).toBe('ping');
        const texts = Array.from({ length: 10 }, (_, index) => String(index).repeat(300_000));
        const echoed = await Promise.all(texts.map((each) => echo(port, each)));
        expect(echoed.every((each, index) => each === texts[index])).toBe(true);
      } finally {
        child.kill();
        await once(child, 'close');
      }
    });

    test('port-forward says that nothing listens', async () => {
      const child = run('port-forward', 'pod/echo', ':5432');
      try {
        const port = await forwardedPort(child);
        const complaint = once(child.stderr, 'data');
        connect(port).end('x');
        expect(String((await complaint)[0])).toMatch(
          /error forwarding port 5432 to pod echo, uid u1: .*connection refused/,
        );
      } finally {
        child.kill();
        if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      }
    });
  });
}

async function forwardedPort(child: ChildProcessWithoutNullStreams): Promise<number> {
  const [line] = await once(child.stdout, 'data');
  return Number(/127\.0\.0\.1:(\d+)/.exec(String(line))?.[1]);
}

function connect(port: number): Socket {
  return createConnection({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
}

async function echo(port: number, words: string): Promise<string> {
  const socket = connect(port);
  socket.end(words);
  return text(socket);
}
