import { readFileSync } from 'node:fs';
import { schemaProblems } from './issues.ts';
import { ConfigError, type Problem } from './problem.ts';
import { referenceProblems } from './references.ts';
import { type Migration, migrationSchema } from './schema.ts';
import { Source } from './source.ts';

export { ConfigError };

/**
 * Reads and validates migration.yaml.
 * Throws `ConfigError` with every problem at once, each with line, path, what was expected and the nearest valid name.
 *
 * @param file path of the file, as it shall stand in messages
 * @param knownCriteria the ids that waivers and gating may name; without it they are not checked
 */
export function loadMigration(file: string, knownCriteria?: readonly string[]): Migration {
  return parseMigration(readText(file), file, knownCriteria);
}

/** As `loadMigration`, from the text itself. */
export function parseMigration(text: string, file: string, knownCriteria?: readonly string[]): Migration {
  const source = new Source(text);
  if (!source.isReadable) throw new ConfigError(file, source.problems());
  if (source.isEmpty) throw wholeFile(file, 'the file is empty');
  const data = plainData(source, file);
  const problems = [
    ...source.problems(),
    ...schemaProblems(migrationSchema, data, source),
    ...referenceProblems(data, source, knownCriteria),
  ];
  if (problems.length > 0) throw new ConfigError(file, problems.toSorted(byPosition));
  return migrationSchema.parse(data);
}

function plainData(source: Source, file: string): unknown {
  try {
    return source.data();
  } catch (error) {
    throw wholeFile(file, `its aliases cannot be resolved: ${(error as Error).message}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw wholeFile(file, fileErrors[code ?? ''] ?? message);
  }
}

const fileErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a directory',
  EACCES: 'no permission to read it',
};

function wholeFile(file: string, got: string): ConfigError {
  const expected = 'a configuration such as the migration.yaml that comes with the suite (--config names another file)';
  return new ConfigError(file, [{ path: '', line: 0, column: 0, got, expected }]);
}

function byPosition(a: Problem, b: Problem): number {
  return a.line - b.line || a.column - b.column;
}
