import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { KubeConfig } from '@kubernetes/client-node';
import { runInPod } from '../../helpers/backup/pod-exec.ts';

/** A database as psql in its server's pod sees it. */
export interface PodDatabase {
  readonly kubeConfig: KubeConfig;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly user: string;
  readonly database: string;
  readonly signal: AbortSignal;
}

/** What one query answers, a line a row. Throws as `runInPod` does. */
export async function ask(database: PodDatabase, sql: string): Promise<string[]> {
  const stdout = new PassThrough();
  const [answer] = await Promise.all([
    text(stdout),
    runInPod({ ...database, argv: psql(database, '-At', '-c', sql), stdout }),
  ]);
  return answer.split('\n').filter((line) => line !== '');
}

/** Lets psql run what it reads, up to the first error. Returns what it complained of. Throws as `runInPod` does. */
export function feed(database: PodDatabase, stdin: Readable): Promise<string> {
  const stdout = new PassThrough().resume();
  return runInPod({ ...database, argv: psql(database, '-q', '-v', 'ON_ERROR_STOP=1'), stdout, stdin });
}

function psql({ user, database }: PodDatabase, ...options: string[]): string[] {
  return ['psql', '-X', '-w', '-U', user, '-d', database, ...options];
}

/** The tables that are the user's, neither an extension's nor chunks. */
export const tablesSql = `SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema$|_?timescaledb_)'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1`;
