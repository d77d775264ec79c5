import { createHash } from 'node:crypto';
import { createTarGzip, parseTarGzip } from 'nanotar';
import type { RunResult } from '../../helpers/evidence/run.ts';
import { asRun } from './form.ts';
import { logName, quotedLines, quotedLogs } from './logs.ts';

const sums = 'SHA256SUMS';

/** A file is no evidence bundle, or no longer what was bundled. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/**
 * The evidence of a run as one .tar.gz: verdicts, what was observed for each criterion, the lines quoted from logs, the
 * versions it was made with, and the SHA-256 of each file as `sha256sum --check` reads it. The same run gives the same
 * bytes.
 */
export async function bundle(run: RunResult): Promise<Uint8Array> {
  const folder = bundleName(run);
  const files = [...bundled(run)].map(([name, text]) => ({ name: `${folder}/${name}`, data: text }));
  return createTarGzip(files, {
    attrs: { mtime: Date.parse(run.finishedAt), uid: 0, gid: 0, mode: run.target.rehearsal ? '644' : '600' },
  });
}

/** `embedded-phase3-2026-11-24T03-40-00.000Z`: the bundle's folder, and its file's name without its ending. */
function bundleName({ target, phase, startedAt }: RunResult): string {
  return `${target.name}-${phase.id}-${startedAt.replaceAll(':', '-')}`;
}

/** The run that was bundled, whole. Throws `BundleError` when it is no bundle, or a file in it is not the one that was bundled. */
export async function unbundle(archive: Uint8Array): Promise<RunResult> {
  const items = await parseTarGzip(archive).catch((error: Error) => {
    throw new BundleError(`it is no .tar.gz: ${error.message}`);
  });
  // The folder has the bundle's own name; what else an archiver adds is none of its files.
  const files = new Map(items.flatMap(({ name, text }) => (name.includes('/') ? [[inside(name), text]] : [])));
  checkSums(files);
  try {
    const { criteria, ...verdicts } = read(files, 'verdicts.json') as { readonly criteria: readonly { id: string }[] };
    return asRun({
      ...verdicts,
      criteria: criteria.map((criterion) => withObservation(criterion, files.get(observation(criterion.id)))),
      versions: read(files, 'versions.json'),
    });
  } catch (error) {
    throw error instanceof BundleError ? error : new BundleError(`it holds no run: ${(error as Error).message}`);
  }
}

function bundled(run: RunResult): Map<string, string> {
  const { criteria, versions, ...rest } = run;
  const files = new Map([
    ['verdicts.json', json({ ...rest, criteria: criteria.map(({ evidence: _, ...verdict }) => verdict) })],
    ['versions.json', json(versions)],
    ...criteria.flatMap(({ id, evidence }): [string, string][] =>
      evidence === undefined ? [] : [[observation(id), json(evidence)]],
    ),
    ...quotedLogs(run).flatMap((log): [string, string][] =>
      log.errors.length === 0 ? [] : [[`logs/${logName(log).replaceAll(/[/ ()]+/g, '_')}.log`, logText(log)]],
    ),
  ]);
  const lines = [...files].map(([name, text]) => `${sha256(text)}  ${name}\n`);
  return files.set(sums, lines.join(''));
}

function checkSums(files: ReadonlyMap<string, string>): void {
  const listed = new Map(
    text(files, sums)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  const changed = [...listed].filter(([name, sum]) => sha256(files.get(name) ?? '') !== sum).map(([name]) => name);
  const added = [...files.keys()].filter((name) => name !== sums && name !== '' && !listed.has(name));
  if (changed.length > 0) throw new BundleError(`changed since it was bundled: ${changed.join(', ')}`);
  if (added.length > 0) throw new BundleError(`added since it was bundled: ${added.join(', ')}`);
}

function withObservation(criterion: object, observed: string | undefined): object {
  return observed === undefined ? criterion : { ...criterion, evidence: JSON.parse(observed) };
}

function observation(id: string): string {
  return `observations/${id}.json`;
}

function inside(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

function read(files: ReadonlyMap<string, string>, name: string): object {
  return JSON.parse(text(files, name));
}

function text(files: ReadonlyMap<string, string>, name: string): string {
  const found = files.get(name);
  if (found === undefined) throw new BundleError(`it is no evidence bundle: it has no ${name}`);
  return found;
}

function json(data: unknown): string {
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

function logText(log: Parameters<typeof quotedLines>[0]): string {
  return quotedLines(log)
    .map(({ at, text }) => `${at} ${text}\n`)
    .join('');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
