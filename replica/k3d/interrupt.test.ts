import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { standIns } from './testing/stand-ins.ts';

const cli = join(import.meta.dirname, '..', 'cli.ts');

test('Ctrl-C while the cluster is created deletes it, and says that there is no replica', async () => {
  await using programs = await standIns('docker', 'k3d');
  const { env } = programs.surroundings({ STANDIN_K3D: 'slow' });
  const path = [programs.folder, process.env.PATH].join(delimiter);
  const child = spawn(process.execPath, [cli, '--on', 'k3d'], { env: { ...process.env, ...env, PATH: path } });
  let printed = '';
  const begun = Promise.withResolvers<void>();
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    if (printed.includes('Creating node')) begun.resolve();
  });
  const exit = once(child, 'exit');
  await Promise.race([begun.promise, exit]);
  child.kill('SIGINT');
  const [exitCode] = await exit;
  expect({ exitCode, printed }).toEqual({ exitCode: 130, printed: expect.stringContaining('no replica was raised') });
  expect((await programs.calls()).at(-1)).toBe('k3d cluster delete telemetry-replica');
  expect(existsSync(join(programs.folder, 'cluster.json'))).toBe(false);
});
