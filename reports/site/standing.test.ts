import { describe, expect, test } from 'vitest';
import type { Decision } from '../../helpers/judge/verdict.ts';
import type { Site, SiteRun } from './site.ts';
import { standing } from './standing.ts';
import { sampleSite } from './testing/sample-site.ts';

const phases = sampleSite().phases;

function run(phase: string, decision: Decision, day = 10, parts: Partial<SiteRun> = {}): SiteRun {
  const at = `2026-11-${day}T03:00:00.000Z`;
  const criteria = [{ id: `${phase}.a`, gates: true, verdict: 'fail', summary: 'it fails' }] as const;
  return {
    at,
    startedAt: at,
    phase,
    isPartial: false,
    decision,
    reason: 'x',
    target: 'live',
    criteria: [...criteria],
    ...parts,
  };
}

function where(runs: readonly SiteRun[], parts: Partial<Pick<Site, 'option' | 'cutover'>> = {}) {
  return standing({ ...sampleSite(), phases, option: 'A', runs, ...parts });
}

const cut = { action: 'cutover', at: '2026-11-15T12:00:00.000Z' } as const;

test('nothing is reached before a run, and phase 1 is the next gate', () => {
  const { reached, gate } = where([]);
  expect(reached).toBeUndefined();
  expect(gate).toMatchObject({ id: 'phase1', obstacles: [] });
});

test('the first phase that is not GO is the gate, with what does not hold in it', () => {
  const { reached, gate } = where([run('phase1', 'GO'), run('phase2', 'NO-GO'), run('phase3', 'GO')]);
  expect(reached?.id).toBe('phase1');
  expect(gate).toMatchObject({ id: 'phase2', obstacles: [{ id: 'phase2.a', verdict: 'fail', summary: 'it fails' }] });
});

test('what advises, and parts of earlier phases, do not stand in the way', () => {
  const criteria = [
    { id: 'P1.a', gates: true, verdict: 'waived', summary: '' },
    { id: 'P1.b', gates: false, verdict: 'fail', summary: '' },
    { id: 'P1.c', gates: true, verdict: 'inconclusive', summary: 'unseen' },
  ] as const;
  const { gate } = where([run('phase1', 'INCONCLUSIVE', 10, { criteria: [...criteria] })]);
  expect(gate?.obstacles.map(({ id }) => id)).toEqual(['P1.c']);
});

test('a phase that was GO and is NO-GO now is the gate again', () => {
  const { gate } = where([run('phase1', 'GO', 10), run('phase2', 'GO', 10), run('phase1', 'NO-GO', 11)]);
  expect(gate?.id).toBe('phase1');
});

test('a run of some criteria decides no phase', () => {
  expect(where([run('phase1', 'GO', 10, { isPartial: true })]).gate?.id).toBe('phase1');
});

test('without a parallel run (option B) phase 3 does not lie on the way', () => {
  const { gate, way } = where([run('phase1', 'GO'), run('phase2', 'GO')], { option: 'B' });
  expect(gate?.id).toBe('phase4');
  expect(way.map(({ id }) => id)).not.toContain('phase3');
});

describe('after the cutover', () => {
  test('what was decided before it lies behind', () => {
    const { reached, gate } = where([run('phase1', 'GO'), run('phase3', 'INCONCLUSIVE')], { cutover: cut });
    expect(reached?.id).toBe('phase4');
    expect(gate).toMatchObject({ id: 'phase5', obstacles: [] });
  });

  test('a run of phase 5 before it says nothing', () => {
    expect(where([run('phase5', 'GO', 14)], { cutover: cut }).gate?.id).toBe('phase5');
    expect(where([run('phase5', 'GO', 16)], { cutover: cut }).gate?.id).toBe('phase6');
  });

  test('when it was undone, the rollback comes first and then the way from before it', () => {
    const undone = { ...cut, action: 'undo' } as const;
    expect(where([run('phase1', 'GO', 10)], { cutover: undone }).gate?.id).toBe('rollback');
    expect(where([run('rollback', 'GO', 16), run('phase1', 'GO', 10)], { cutover: undone }).gate?.id).toBe('phase1');
  });
});

test('when all is done there is no gate', () => {
  const { way } = where([]);
  const { reached, gate } = where(
    way.map(({ id }) => run(id, 'GO', 20)),
    { cutover: cut },
  );
  expect(reached?.id).toBe('post');
  expect(gate).toBeUndefined();
});
