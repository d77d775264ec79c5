import { z } from 'zod';
import { nearest } from './nearest.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import type { Source } from './source.ts';

type Issue = z.core.$ZodIssue;

/** What a schema finds wrong, as problems with positions and the nearest valid names. */
export function schemaProblems(schema: z.ZodType, data: unknown, source: Source): Problem[] {
  const result = schema.safeParse(data, { reportInput: true });
  const issues = result.error?.issues ?? [];
  const misspelt = new Set<string>();
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    return issue.keys.map((key) => {
      const problem = unknownKey(schema, [...issue.path, key], source);
      if (problem.nearest !== undefined) misspelt.add(formatPath([...issue.path, problem.nearest]));
      return problem;
    });
  });
  const others = issues.filter(
    // A key that is misspelt is missing under its right name too: one mistake, one line.
    (issue) => issue.code !== 'unrecognized_keys' && !(isMissing(issue) && misspelt.has(formatPath(issue.path))),
  );
  return [...unknown, ...others.map((issue) => valueProblem(issue, source))];
}

function unknownKey(schema: z.ZodType, path: Path, source: Source): Problem {
  const valid = keysAt(schema, path.slice(0, -1));
  const candidate = nearest(String(path.at(-1)), valid);
  return {
    path: formatPath(path),
    ...source.keyAt(path),
    got: 'unknown key',
    expected: `one of ${valid.join(', ')}`,
    ...(candidate === undefined ? {} : { nearest: candidate }),
  };
}

function valueProblem(issue: Issue, source: Source): Problem {
  const candidate =
    issue.code === 'invalid_value' && typeof issue.input === 'string'
      ? nearest(issue.input, issue.values.map(String))
      : undefined;
  return {
    path: formatPath(issue.path),
    ...(issue.code === 'invalid_key' ? source.keyAt(issue.path) : source.valueAt(issue.path)),
    got: isMissing(issue) ? 'missing' : `${show(issue.input)} is not valid`,
    expected: expectation(issue),
    ...(candidate === undefined ? {} : { nearest: candidate }),
  };
}

function isMissing(issue: Issue): boolean {
  return issue.input === undefined;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? 'something, not nothing'
        : `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    case 'invalid_format':
      return formatWords[issue.format] ?? issue.message;
    default:
      return issue.message;
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map of keys',
  record: 'a map of names',
  array: 'a list',
};

const formatWords: Readonly<Record<string, string>> = {
  datetime: 'a time such as 2026-11-20T02:00:00Z',
  date: 'a date such as 2026-12-31',
};

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The keys that a schema knows at a path. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const inner = unwrapped(schema);
  // What any of the forms may have: which one was meant is not told by a key that none of them has.
  if (inner instanceof z.ZodUnion)
    return [...new Set(inner.options.flatMap((form) => keysAt(form as z.ZodType, path)))];
  const [part, ...rest] = path;
  if (part === undefined) return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
  const child = childOf(inner, part);
  return child === undefined ? [] : keysAt(child, rest);
}

function childOf(schema: z.ZodType, part: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(part)];
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  return schema instanceof z.ZodArray ? (schema.element as z.ZodType) : undefined;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in as z.ZodType);
  return schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault
    ? unwrapped(schema.unwrap() as z.ZodType)
    : schema;
}
