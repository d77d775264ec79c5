import { createColors } from 'picocolors';
import { expect, test } from 'vitest';
import { sampleCriterion, sampleVerdict } from '../../helpers/evidence/testing/sample-run.ts';
import { plainDisplay } from './plain-display.ts';

test('what others are judged from is judged first and told last', () => {
  const lines: string[] = [];
  const ids = { own: ['P3.health', 'P3.days'], parts: ['P1.a', 'P1.b'] };
  const shown = plainDisplay(ids, { colors: createColors(false), width: undefined }, (line) => void lines.push(line));
  for (const id of ['P1.a', 'P1.b', 'P3.health', 'P3.days']) shown.finished(sampleCriterion(id, sampleVerdict('pass')));
  expect(lines[0]).toBe('2 criteria of other phases judged: told below');
  shown.close();
  expect(lines.slice(1).map((line) => /P\d\.\w+/.exec(line)?.[0])).toEqual(['P3.health', 'P3.days', 'P1.a', 'P1.b']);
});
