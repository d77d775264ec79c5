import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { criteria, criterionOf, specFolder } from './criteria.ts';

const specs = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.spec.ts'))
  .map((file) => {
    const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
    const calls = text.match(/\bcriterion\s*\(/g) ?? [];
    const ids = [...text.matchAll(/\bcriterion\s*\(\s*(['"`])([^'"`]+)\1/g)].map(([, , id]) => id ?? '');
    return { file, calls: calls.length, ids };
  });

test('every criterion has exactly one spec, and every spec is a criterion', () => {
  const tested = specs.flatMap(({ ids }) => ids);
  expect(tested.toSorted()).toEqual(criteria.map(({ id }) => id).toSorted());
});

test('no id stands twice in the table', () => {
  const ids = criteria.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});

test('every part of a criterion is one that an earlier phase judges by itself', () => {
  const parts = criteria.flatMap(({ id, phase, parts = [] }) => parts.map((part) => ({ id, phase, part })));
  const wrong = parts.filter(({ phase, part }) => {
    const row = criteria.find((criterion) => criterion.id === part);
    return row === undefined || row.phase === phase || row.parts !== undefined;
  });
  expect(wrong).toEqual([]);
});

describe.each(specs)('$file', ({ file, calls, ids }) => {
  test('tests one criterion, by an id that can be read in it', () => {
    expect(calls).toBe(1);
    expect(ids).toHaveLength(1);
  });

  test('is named after its criterion and lies in its phase', () => {
    const [id = ''] = ids;
    const { phase } = criterionOf(id);
    expect(file).toBe(`${specFolder(phase)}/${id.slice(id.indexOf('.') + 1)}.spec.ts`);
    expect(basename(file)).not.toContain(' ');
  });
});

test('an id that is no row is refused', () => {
  expect(() => criterionOf('P1.no-such')).toThrow('P1.no-such');
});
