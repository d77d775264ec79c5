import { expect, test } from 'vitest';
import { migration, seen, unseen, workload } from '../testing/samples.ts';
import { judgeBothRun } from './both-run.ts';

const wanted = { new: migration.new.workloads, old: migration.old.workloads };
const ready = (refs: typeof wanted.new) => refs.map(({ kind, namespace, name }) => workload({ kind, namespace, name }));

test('both systems ready pass, and it is said how many', () => {
  const verdict = judgeBothRun({ new: seen(...ready(wanted.new)), old: seen(...ready(wanted.old)) }, wanted);
  expect(verdict).toMatchObject({ kind: 'pass', summary: '7 workloads of the new system and 5 of the old ready' });
});

test.each(['new', 'old'] as const)('one of the %s system that is not ready fails, by its name', (system) => {
  const observed = { new: seen(...ready(wanted.new)), old: seen(...ready(wanted.old)) };
  const [first, ...others] = observed[system].seen;
  const down = workload({ ...first, replicasReady: 0, pods: [] });
  const verdict = judgeBothRun({ ...observed, [system]: seen(down, ...others) }, wanted);
  expect(verdict.kind).toBe('fail');
  expect(verdict.observed).toContain(`${down.namespace}/${down.name}`);
});

test('a system that was not seen is inconclusive, and so are two of which nothing was', () => {
  const old = seen(...ready(wanted.old));
  expect(judgeBothRun({ new: unseen('workloads of timescaledb'), old }, wanted).kind).toBe('inconclusive');
  expect(judgeBothRun({ new: seen(), old: seen() }, wanted).kind).toBe('inconclusive');
});
