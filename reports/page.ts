import type { RunResult } from '../helpers/evidence/run.ts';

export function reportPage(run: RunResult): string {
  return `<!doctype html><title>${run.decision.decision}</title>`;
}
