import type { RunResult } from '../helpers/evidence/run.ts';

export async function writeAllureResults(_run: RunResult, _directory: string): Promise<void> {}
