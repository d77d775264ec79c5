import pc from 'picocolors';
import { duration } from '../../helpers/time-words.ts';
import type { StepRecord } from './record.ts';

/** The steps of a scenario: each is told with the time that it took and what came of it, and kept for the timeline. */
export class Steps {
  readonly #taken: StepRecord[] = [];
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  get taken(): readonly StepRecord[] {
    return this.#taken;
  }

  /** A heading between the steps. */
  heading(words: string): void {
    this.#say(`\n${pc.bold(words)}`);
  }

  /** Runs a step and returns what it returns; `outcome` puts that into words. What it throws is told and thrown on. */
  async take<T>(words: string, work: () => Promise<T>, outcome: (result: T) => string = () => ''): Promise<T> {
    const began = { at: new Date(), ms: performance.now() };
    const done = (passed: boolean, what: string) => {
      const seconds = (performance.now() - began.ms) / 1000;
      this.#taken.push({ words, outcome: what, passed, startedAt: began.at.toISOString(), seconds });
      const sign = passed ? pc.green('✔') : pc.red('✖');
      const took = pc.dim(duration(seconds).padStart(11));
      const lines = what.split('\n');
      const tail =
        what === '' ? '' : lines.length === 1 ? `: ${what}` : `\n${lines.map((line) => `      ${line}`).join('\n')}`;
      this.#say(`${sign} ${took}  ${words}${passed ? pc.dim(tail) : tail}`);
    };
    try {
      const result = await work();
      done(true, outcome(result));
      return result;
    } catch (error) {
      done(false, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }
}
