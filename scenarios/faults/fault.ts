import type {
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  RbacAuthorizationV1Api,
} from '@kubernetes/client-node';
import type { Kafka } from 'kafkajs';
import type { Migration } from '../../helpers/config/schema.ts';
import type { ConnectApi } from './connect-api.ts';

/** Something planted in a replica, to see that the suite tells it. It undoes itself when its scope ends. */
export interface Fault {
  /** As it is named on the command line. */
  readonly name: string;
  /** What is wrong, in words: `one stream’s input is lost while its pod is Ready`. */
  readonly title: string;
  /** The run of verify that tells it: phase1 unless said. */
  readonly phase?: string;
  /** Criteria that must fail. */
  readonly expects: readonly string[];
  /** Criteria that must become inconclusive: an obstacle. */
  readonly obstructs?: readonly string[];
  /** Criteria that may stop passing with it. */
  readonly entails?: readonly string[];
  /** Why it can be planted in the embedded replica alone; any scratch cluster can have the others. */
  readonly embeddedOnly?: string;
  /** True where its effect takes more than a minute to be seen: the long matrix has it, also of phase 1. */
  readonly isSlow?: boolean;
  /**
   * Plants it and returns when its effect can be seen; disposing takes it back. Throws when it cannot be planted, or when
   * its effect does not show in time: nothing is left planted then.
   */
  plant(target: FaultTarget): Promise<AsyncDisposable>;
}

/** Whether `npm test` plants it; the others are for `npm run test:detection`. */
export function isQuick(fault: Pick<Fault, 'phase' | 'isSlow'>): boolean {
  return phaseOf(fault) === 'phase1' && fault.isSlow !== true;
}

/** The run of verify that tells a fault. */
export function phaseOf({ phase = 'phase1' }: Pick<Fault, 'phase'>): string {
  return phase;
}

/** Of the new system by their names in migration.yaml, or the old system's. */
export type DatabaseName = 'telemetry' | 'settings' | 'old';

/** A replica, as its admin sees it. */
export interface FaultTarget {
  readonly migration: Migration;
  readonly timeScale: number;
  /** Path of its kubeconfig, beside which an embedded replica has its ledger and its backups. */
  readonly kubeconfig: string;
  readonly apps: AppsV1Api;
  readonly batch: BatchV1Api;
  readonly core: CoreV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly custom: CustomObjectsApi;
  readonly kafka: Kafka;
  /** The rows of a statement, or of the last of several, run as superuser. */
  sql<Row extends object>(database: DatabaseName, text: string): Promise<Row[]>;
  publishMqtt(topic: string, payload: string): Promise<void>;
  /** The HTTP API of a Redpanda Connect instance by its name in migration.yaml. */
  connect(instance: string): ConnectApi;
  /** Runs a command in a container. Rejects when it ends with another code than 0. */
  exec(namespace: string, pod: string, container: string, command: readonly string[]): Promise<void>;
  /** The Git repository that Flux applies, where it is the replica's own. */
  readonly git?: GitEdits;
  /** What only an embedded replica can do to itself. */
  readonly hooks?: FaultSwitches;
}

/** Conditions by name, on until they are cleared. */
export interface FaultSwitches {
  set(name: string): Promise<void>;
  clear(name: string): Promise<void>;
}

/** Commits to the branch that Flux applies. */
export interface GitEdits {
  /** The paths of the newest commit's files. */
  files(): Promise<readonly string[]>;
  /** A file of the newest commit. */
  read(path: string): Promise<string | undefined>;
  /** Every file of its first commit, in which both systems stand. */
  original(): Promise<ReadonlyMap<string, string>>;
  /** Commits to what Flux reads. Resolves with the commit's SHA-1; a file given as undefined is removed. */
  commit(message: string, edits: ReadonlyMap<string, string | undefined>): Promise<string>;
}
