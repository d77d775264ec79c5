import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import { mask } from '../../helpers/target/mask.ts';
import type { Criterion } from '../../specs/criteria.ts';
import { unreported } from './unreported.ts';

/** What a display is told while the criteria run. */
export interface RunEvents {
  started(id: string): void;
  finished(result: CriterionResult): void;
}

/**
 * The reporter that turns vitest's tests into criteria. A test that ends without having left a verdict in its meta is
 * inconclusive with the error it ended with; criteria of which nothing was heard at all are found by `results`.
 */
export class Collector implements Reporter {
  readonly problems: string[] = [];
  clusterUid: string | undefined;
  /** Why the cluster's UID could not be asked. */
  clusterUnknown: string | undefined;
  readonly #criteria: ReadonlyMap<string, Criterion>;
  readonly #events: RunEvents;
  readonly #heard: () => void;
  readonly #results = new Map<string, CriterionResult>();

  /** @param heard called at each sign of life from the worker */
  constructor(criteria: readonly Criterion[], events: RunEvents, heard: () => void) {
    this.#criteria = new Map(criteria.map((criterion) => [criterion.id, criterion]));
    this.#events = events;
    this.#heard = heard;
  }

  onTestModuleCollected(): void {
    this.#heard();
  }

  onTestCaseReady(test: TestCase): void {
    this.#heard();
    const criterion = this.#criterionOf(test);
    if (criterion) this.#events.started(criterion.id);
  }

  onTestCaseResult(test: TestCase): void {
    this.#heard();
    const criterion = this.#criterionOf(test);
    const { state, errors } = test.result();
    if (criterion === undefined || this.#results.has(criterion.id)) return;
    const { criterion: result, clusterUid, clusterUnknown } = test.meta();
    this.clusterUid ??= clusterUid;
    this.clusterUnknown ??= clusterUnknown;
    if (result !== undefined) this.#take(result);
    else if (state !== 'skipped') this.#take(unreported(criterion, errorWords(errors ?? []), new Date()));
  }

  onTestModuleEnd(module: TestModule): void {
    this.#heard();
    for (const error of module.errors()) {
      this.problems.push(`${module.relativeModuleId} could not be loaded: ${errorWords([error])}`);
    }
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly { readonly message: string }[]): void {
    for (const error of errors) this.problems.push(errorWords([error]));
  }

  /** All criteria in the table's order. `why`: what to say of one that never reported, where no problem is known. */
  results(why: string): CriterionResult[] {
    const reason = this.problems.length > 0 ? this.problems.join('\n') : why;
    const now = new Date();
    return [...this.#criteria.values()].map(
      (criterion) => this.#results.get(criterion.id) ?? unreported(criterion, reason, now),
    );
  }

  #take(result: CriterionResult): void {
    this.#results.set(result.id, result);
    this.#events.finished(result);
  }

  /** A criterion's test bears its id, alone or before what it says. */
  #criterionOf(test: TestCase): Criterion | undefined {
    const id = test.meta().criterion?.id ?? test.name.split(/[\s:]/, 1)[0] ?? '';
    return this.#criteria.get(id);
  }
}

function errorWords(errors: readonly { readonly message: string }[]): string {
  const messages = errors.map(({ message }) => mask(message.trim())).filter((message) => message !== '');
  return messages.length > 0 ? messages.join('\n') : 'its test ended without saying why';
}
