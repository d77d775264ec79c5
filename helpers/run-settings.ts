/** What the command line tells the specs, by vitest's `provide` and `inject('run')`. Plain data: it crosses processes. */
export interface RunSettings {
  /** Path of migration.yaml, absolute. */
  readonly configPath: string;
  /** The target's name in migration.yaml. */
  readonly targetName: string;
  /** How much faster than life the target runs: a replica's own word comes before migration.yaml's. */
  readonly timeScale: number;
  /** The phase whose criteria are judged: `phase1`. */
  readonly phase: string;
  readonly debug: boolean;
  /** Where the ledgers lie, absolute. */
  readonly ledgerDirectory: string;
  /** Where this run writes its report and results, absolute. */
  readonly outDir: string;
  /** Where the backups of the target's old database lie, absolute. */
  readonly backupDirectory: string;
  /** URL of the module whose `embeddedScratchDatabase` gives a scratch database in the replica's engine; of an embedded target alone. */
  readonly scratchModule?: string;
  /** Path of a kubeconfig that comes before the target's own. */
  readonly kubeconfig?: string;
  /** Name of a context that comes before the target's own. */
  readonly context?: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    run: RunSettings;
  }
}
