/** One thing that is wrong in a configuration file. Lines and columns count from 1. */
export interface Problem {
  /** Where in the data: `new.streams.energy.freshness`, `maintenance[0].from`; empty for the file as a whole. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly got: string;
  /** The valid name that was probably meant. */
  readonly nearest?: string;
}

/** The file could not be used: every problem in it at once. Exit code 64. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(problems.map((problem) => formatProblem(file, problem)).join('\n'));
    this.file = file;
    this.problems = problems;
  }
}

/** One line: `migration.yaml:42:7 new.streams.energy.freshnes: unknown key; did you mean "freshness"?` */
function formatProblem(file: string, { path, line, column, expected, got, nearest }: Problem): string {
  const where = line === 0 ? file : `${file}:${line}:${column}`;
  const subject = path === '' ? '' : ` ${path}`;
  // With the name that was meant, the list of all that are valid would only be in the way.
  const advice = nearest === undefined ? `; expected ${expected}` : `; did you mean "${nearest}"?`;
  return `${where}${subject}: ${got}${advice}`;
}

export type Path = readonly PropertyKey[];

/** `new.databases.telemetry.migrations[0]` */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
