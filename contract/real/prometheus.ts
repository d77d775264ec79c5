import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, notYet, seen } from '../../helpers/wait.ts';
import { prometheusFiles } from '../prometheus-files.ts';
import type { Absent, Subject } from '../suite.ts';
import type { PrometheusSystem } from '../systems.ts';
import { freePort } from './free-port.ts';

const name = 'Prometheus';

/** The program at CONTRACT_PROMETHEUS_PROGRAM, started here: a contract has to choose its rules and what it scrapes. */
export function realPrometheus(): Subject<PrometheusSystem> | Absent {
  const program = process.env.CONTRACT_PROMETHEUS_PROGRAM;
  if (program === undefined) return { name, absent: 'set CONTRACT_PROMETHEUS_PROGRAM' };
  return { name, how: 'program', open: () => open(program) };
}

async function open(program: string): Promise<PrometheusSystem> {
  let page = '';
  const exporter = createServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(page),
  );
  exporter.listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const directory = await mkdtemp(join(tmpdir(), 'contract-prometheus-'));
  const instance = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  for (const [path, text] of prometheusFiles(directory, instance)) await writeFile(path, text);
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${directory}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const exit = once(child, 'exit');
  const get: PrometheusSystem['get'] = async (path) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  };
  const close = async () => {
    child.kill('SIGTERM');
    await exit;
    exporter.closeAllConnections();
    exporter.close();
    await rm(directory, { recursive: true });
  };
  try {
    await serving(get, () => child.exitCode);
    const { data } = JSON.parse((await get('/api/v1/status/buildinfo')).body);
    return {
      version: data.version,
      get,
      expose: (text) => {
        page = text;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function serving(get: PrometheusSystem['get'], exitCode: () => number | null): Promise<void> {
  await eventually(
    async () => {
      if (exitCode() !== null) throw new Error(`the program ended with exit code ${exitCode()}`);
      const answer = await get('/-/ready').catch((error: Error) => ({ status: 0, body: error.message }));
      return answer.status === 200 ? seen(undefined) : notYet(`${answer.status} ${answer.body}`);
    },
    { for: '/-/ready of Prometheus', within: 30, every: 0.1 },
  );
}
