import { execFile } from 'node:child_process';
import type { VerifyDocument } from '../cli/output/json-document.ts';
import { duration } from '../helpers/time-words.ts';

export interface VerifyOptions {
  readonly kubeconfig: string;
  /** phase1 unless given. */
  readonly phase?: string;
  /** A target of migration.yaml; its default unless given. */
  readonly target?: string;
  /** Where the report goes. */
  readonly out: string;
  readonly withinMs: number;
  readonly signal?: AbortSignal;
}

/** Runs `verify` on a replica as an operator does, and returns its document, whatever was decided. */
export function verifyReplica({
  kubeconfig,
  phase = 'phase1',
  target,
  out,
  withinMs,
  signal,
}: VerifyOptions): Promise<VerifyDocument> {
  const named = target === undefined ? [] : ['--target', target];
  const command = ['cli/verify.ts', phase, '--json', '--kubeconfig', kubeconfig, '--out', out, ...named];
  return new Promise((resolve, reject) => {
    const options = { timeout: withinMs, maxBuffer: 2 ** 26, ...(signal === undefined ? {} : { signal }) };
    execFile(process.execPath, command, options, (error, stdout, stderr) => {
      if (stdout.trim().startsWith('{')) resolve(JSON.parse(stdout));
      else if (error?.killed)
        reject(new Error(`verify did not end within ${duration(withinMs / 1000)}`, { cause: error }));
      else reject(error ?? new Error(stderr));
    });
  });
}

/** The ids of the criteria with one of these verdicts. */
export function withVerdict({ criteria }: Pick<VerifyDocument, 'criteria'>, ...verdicts: readonly string[]): string[] {
  return criteria.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);
}

/** Every criterion's verdict and summary, for a message. */
export function summaries({ criteria }: VerifyDocument): string {
  return criteria.map(({ id, verdict, summary }) => `${id} ${verdict}: ${summary}`).join('\n');
}
