import { createRequire } from 'node:module';
import { stripVTControlCharacters } from 'node:util';
import type { Builder } from 'junit-report-builder';
import type { CriterionResult } from '../../helpers/evidence/meta.ts';
import { type RunResult, rehearsalNotice } from '../../helpers/evidence/run.ts';

// Its types promise a default export that the CommonJS module does not have.
const builder: Builder = createRequire(import.meta.url)('junit-report-builder');

/**
 * The run as JUnit XML: a failure is a failure, what could not be observed is an error, and what is waived or not
 * applicable is skipped, with its reason. A criterion that only advises and does not hold is skipped too, with its
 * finding: a CI that counts failures must not stop where the decision is GO.
 */
export function junitXml(run: RunResult): string {
  const junit = builder.newBuilder();
  const notice = run.target.rehearsal ? ` (${rehearsalNotice})` : '';
  const suite = junit
    .testSuite()
    .name(`${run.phase.id} on ${run.target.name}${notice}`)
    .timestamp(new Date(run.startedAt))
    .time((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000)
    .property('decision', run.decision.decision)
    .property('target', run.target.name)
    .property('rehearsal', String(run.target.rehearsal));
  for (const result of run.criteria) {
    const { verdict } = result;
    const test = suite
      .testCase()
      .className(run.phase.id)
      .name(`${result.id}: ${legal(result.statement)}`)
      .time(result.durationMs / 1000);
    const text = legal(details(result));
    if (verdict.kind === 'pass') continue;
    if (!result.gates || verdict.kind === 'waived' || verdict.kind === 'not-applicable')
      test.skipped().standardOutput(text);
    else if (verdict.kind === 'fail') test.failure(legal(verdict.summary), verdict.kind).stacktrace(text);
    else test.error(legal(verdict.summary), verdict.kind, text);
  }
  return junit.build();
}

function details({ gates, verdict }: CriterionResult): string {
  const parts = [
    `${verdict.kind}${gates ? '' : ' (advises)'}: ${verdict.summary}`,
    `expected: ${verdict.expected}`,
    `observed: ${verdict.observed}`,
    verdict.since && `since: ${verdict.since}`,
    verdict.look && `look: ${verdict.look}`,
    verdict.hint && `next: ${verdict.hint}`,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('\n');
}

/** XML 1.0 knows no control characters, not even escaped ones; log lines hold them. `]]>` would end the CDATA. */
function legal(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '�')
    .replaceAll(']]>', ']] >');
}
