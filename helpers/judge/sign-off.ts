import type { SignOff, SignOffSubject } from '../sign-off/schema.ts';
import { type Finding, type Verdict, verdictOf } from './verdict.ts';
import { list } from './words.ts';

/**
 * C.sign-off ("team comfortable") and PM.docs: somebody has signed each subject off by name, after the moment from which it
 * counts. What nobody has signed is open, not observed to be wrong: inconclusive.
 */
export function judgeSignOffs(
  subjects: readonly SignOffSubject[],
  signed: readonly SignOff[],
  { statement }: { readonly statement: string },
  since?: Date,
): Verdict {
  const findings = subjects.map((subject): Finding => {
    const last = signed.findLast((one) => one.subject === subject);
    if (last === undefined) return { subject, verdict: 'inconclusive', observed: 'nobody has signed it off' };
    if (since !== undefined && Date.parse(last.at) < since.getTime()) {
      const observed = `signed off by ${last.by} at ${last.at}, before the cutover of ${since.toISOString()}`;
      return { subject, verdict: 'inconclusive', observed };
    }
    return { subject, verdict: 'pass', observed: `${last.by} at ${last.at}` };
  });
  const names = [...new Set(signed.filter(({ subject }) => subjects.includes(subject)).map(({ by }) => by))];
  return verdictOf(findings, {
    expected: statement,
    pass: `signed off by ${list(names)}`,
    look: 'npm run ledger',
    hint: `npm run sign-off -- ${findings.find(({ verdict }) => verdict !== 'pass')?.subject ?? subjects[0]} --by NAME`,
  });
}
