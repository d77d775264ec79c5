import { ContentType, LabelName, Severity, Stage, Status } from 'allure-js-commons';
import type { Category, RuntimeMessage } from 'allure-js-commons/sdk';
import AllureVitestReporter from 'allure-vitest/reporter';
import type { RunnerTask } from 'vitest';
import type { CriterionResult } from '../helpers/evidence/meta.ts';
import { type RunResult, rehearsalNotice } from '../helpers/evidence/run.ts';
import { evidenceJson } from './page/evidence.ts';

const categories: Category[] = [
  { name: 'Does not hold', matchedStatuses: [Status.FAILED] },
  { name: 'Could not be observed', matchedStatuses: [Status.BROKEN] },
  { name: 'Waived or not applicable', matchedStatuses: [Status.SKIPPED] },
];

/**
 * Writes the run as Allure results: fail is failed, inconclusive is broken, waived and not applicable are skipped.
 *
 * allure-vitest's reporter is given the criteria once they are all known, instead of listening to vitest: so criteria
 * that never ran are among the results, skipped ones keep their reason, and its setup file, which turns every compared
 * value into a step, is never loaded.
 */
export async function writeAllureResults(run: RunResult, directory: string): Promise<void> {
  const byId = new Map(run.criteria.map((result) => [result.id, result]));
  const reporter = new AllureVitestReporter({
    resultsDir: directory,
    categories,
    environmentInfo: {
      target: run.target.rehearsal ? `${run.target.name} (${rehearsalNotice})` : run.target.name,
      decision: run.decision.decision,
      suite: run.versions.suite,
      node: run.versions.node,
      configuration: run.versions.configSha256,
    },
    listeners: [
      {
        beforeTestResultWrite(result) {
          const verdict = byId.get(result.fullName?.split('#').at(-1) ?? '')?.verdict;
          if (result.status !== Status.SKIPPED || verdict === undefined) return;
          result.statusDetails = { message: verdict.summary };
          result.stage = Stage.FINISHED;
        },
      },
    ],
  });
  // It has no project to register its setup file with, and asks nothing else of vitest.
  reporter.onInit({ projects: [] } as unknown as Parameters<typeof reporter.onInit>[0]);
  for (const result of run.criteria) reporter.handleTask(task(run, result));
}

/** As much of a vitest task as the reporter reads. */
function task(run: RunResult, result: CriterionResult): RunnerTask {
  const { id, verdict, startedAt, durationMs } = result;
  const startTime = Date.parse(startedAt);
  const error = verdict.kind === 'fail' || verdict.kind === 'inconclusive' ? [errorOf(result)] : [];
  const state = error.length > 0 ? 'fail' : verdict.kind === 'pass' ? 'pass' : 'skip';
  return {
    type: 'test',
    mode: 'run',
    name: id,
    file: { filepath: `specs/${run.phase.id}` },
    result: { state, startTime, duration: durationMs, errors: error },
    meta: { allureRuntimeMessages: messages(run, result) },
  } as unknown as RunnerTask;
}

/** Allure tells failed from broken by the name of the error. */
function errorOf({ verdict }: CriterionResult): { name: string; message: string; stack: string } {
  const name = verdict.kind === 'fail' ? 'AssertionError' : 'Inconclusive';
  return { name, message: verdict.summary, stack: details(verdict) };
}

function messages(run: RunResult, result: CriterionResult): RuntimeMessage[] {
  const { id, gates, statement, plan, verdict } = result;
  const evidence = evidenceJson(result.evidence);
  const metadata: RuntimeMessage = {
    type: 'metadata',
    data: {
      displayName: `${id}: ${statement}`,
      description: details(verdict),
      labels: [
        { name: LabelName.EPIC, value: run.target.rehearsal ? rehearsalNotice : run.target.name },
        { name: LabelName.FEATURE, value: `${run.phase.id}: ${run.phase.title}` },
        { name: LabelName.STORY, value: `plan ${plan}` },
        { name: LabelName.SEVERITY, value: gates ? Severity.CRITICAL : Severity.MINOR },
      ],
      // A criterion has a history of its own on each target.
      parameters: [{ name: 'target', value: run.target.name }],
    },
  };
  if (evidence === undefined) return [metadata];
  const content = Buffer.from(evidence).toString('base64');
  const type = { contentType: ContentType.JSON, fileExtension: '.json' };
  return [metadata, { type: 'attachment_content', data: { name: 'evidence', content, encoding: 'base64', ...type } }];
}

function details({ expected, observed, since, look, hint }: CriterionResult['verdict']): string {
  const parts = [
    `Expected: ${expected}`,
    `Observed: ${observed}`,
    since && `Since: ${since}`,
    look && `Look: ${look}`,
    hint && `Next: ${hint}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
