/** A step of a scenario as it was played. */
export interface StepRecord {
  readonly words: string;
  /** What came of it, or what went wrong. */
  readonly outcome: string;
  readonly passed: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
}

/** What flowed in one stream while the scenario was played. */
export interface StreamFlow {
  readonly stream: string;
  readonly system: 'old' | 'new';
  /** When each row was, in milliseconds since 1970, oldest first. */
  readonly rowsAtMs: readonly number[];
}

/** A scenario as it was played: what its timeline is drawn from, and its JSON. */
export interface ScenarioRecord {
  readonly name: string;
  readonly title: string;
  readonly passed: boolean;
  /** One line. */
  readonly verdict: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly steps: readonly StepRecord[];
  readonly flows: readonly StreamFlow[];
  /** What a scenario measured, each a row of a table. */
  readonly tables: readonly ScenarioTable[];
}

export interface ScenarioTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
