import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Absent, Opened, Subject } from '../suite.ts';

/** Redpanda Connect as a program of this machine. */
export interface ConnectProgram extends Opened {
  readonly program: string;
}

/** The program at CONTRACT_CONNECT_PROGRAM, for what runs it itself. */
export function connectProgram(): Subject<ConnectProgram> | Absent {
  const name = 'Redpanda Connect';
  const program = process.env.CONTRACT_CONNECT_PROGRAM;
  if (program === undefined) return { name, absent: 'set CONTRACT_CONNECT_PROGRAM' };
  return {
    name,
    how: 'program',
    open: async () => ({ program, version: await version(program), [Symbol.asyncDispose]: async () => {} }),
  };
}

async function version(program: string): Promise<string | undefined> {
  const { stdout } = await promisify(execFile)(program, ['--version']);
  return /^Version: (.+)$/m.exec(stdout)?.[1];
}
