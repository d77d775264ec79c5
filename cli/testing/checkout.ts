import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..');
const copied = [
  'cli',
  'deploy',
  'docs',
  'helpers',
  'replica',
  'reports',
  'scenarios',
  'specs',
  'migration.yaml',
  'package.json',
];

/** A checkout of the project of its own, as an operator would have it. */
export interface Checkout extends AsyncDisposable {
  /** Its folder. A replica that is kept up has its home below it, apart from the one that this project keeps up. */
  readonly path: string;
  /** The folder for what its processes leave behind for the moment (TMPDIR); empty as long as none has run. */
  readonly temporary: string;
}

/** Copies the sources; packages and prepared databases are shared with this checkout. */
export async function checkout(): Promise<Checkout> {
  const path = await mkdtemp(join(tmpdir(), 'checkout-'));
  // Sockets lie in it, and their paths may not be long.
  const temporary = join(path, 'tmp');
  await mkdir(temporary);
  await mkdir(join(root, '.cache'), { recursive: true });
  const filter = (source: string) => !source.includes(join('reports', 'out')) && !source.endsWith('.test.ts');
  for (const name of copied) await cp(join(root, name), join(path, name), { recursive: true, filter });
  for (const name of ['node_modules', '.cache']) await symlink(join(root, name), join(path, name));
  return { path, temporary, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
