import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { heldFaults, undoFault } from './planted.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'planted-'));
});
afterEach(() => rm(directory, { recursive: true }));

/** A process that holds a fault as the planting command does, with nothing planted. */
function holder(name: string) {
  const script = `
    const { rmSync, writeFileSync } = require('node:fs');
    const mark = process.argv[1];
    process.once('SIGTERM', () => setTimeout(() => { rmSync(mark); process.exit(0); }, 300));
    writeFileSync(mark, String(process.pid));
    console.log('held');
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ['-e', script, join(directory, name)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

test('a held fault is listed, and undoing it waits until its holder has taken it back', async () => {
  const child = holder('crash-loop');
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    expect(await heldFaults(directory)).toEqual(['crash-loop']);
    expect(await undoFault('crash-loop', directory)).toContain('crash-looping');
    expect(await heldFaults(directory)).toEqual([]);
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a fault whose holder died is planted still: no silence about it', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  await writeFile(join(directory, 'crash-loop'), String(child.pid));
  await expect(undoFault('crash-loop', directory)).rejects.toThrow(/died while it held the fault crash-loop/);
  await expect(heldFaults(directory)).rejects.toThrow(/raise it anew/);
});

test('what nobody holds is not planted', async () => {
  await expect(undoFault('crash-loop', directory)).rejects.toThrow('the fault crash-loop is not planted');
  await expect(undoFault('no-such', directory)).rejects.toThrow('no fault "no-such"');
});
