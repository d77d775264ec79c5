import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Surroundings } from '../programs.ts';

/** A folder with stand-ins for programs, which is all that there is on PATH. */
export interface StandIns extends AsyncDisposable {
  readonly folder: string;
  surroundings(more?: NodeJS.ProcessEnv): Surroundings;
  /** The commands that were called, in their order. */
  calls(): Promise<string[]>;
}

export async function standIns(...programs: readonly ('docker' | 'k3d')[]): Promise<StandIns> {
  const folder = await mkdtemp(join(tmpdir(), 'standin-'));
  for (const program of programs) {
    const script = join(import.meta.dirname, `${program}.ts`);
    const path = join(folder, program);
    await writeFile(path, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`, { mode: 0o755 });
  }
  await writeFile(join(folder, 'calls.txt'), '');
  return {
    folder,
    surroundings: (more = {}) => ({
      env: { PATH: folder, STANDIN: folder, ...more },
      platform: 'linux',
    }),
    calls: async () => (await readFile(join(folder, 'calls.txt'), 'utf8')).split('\n').filter(Boolean),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
