import type { TopicState } from '../broker/observed.ts';
import type { WorkloadState } from '../cluster/observed.ts';
import type { DatabaseConfig, ServiceRef, WorkloadRef } from '../config/schema.ts';
import type { UnobservableKind } from '../unobservable.ts';

/** What a look at one thing gave, or why it gave nothing. A look that fails hides no other. */
export type Look<T> = { readonly seen: T } | { readonly unseen: Unseen };

/** An Unobservable as plain data. `fault`: not the target failed, but the suite. */
export interface Unseen {
  readonly kind: UnobservableKind | 'fault';
  readonly message: string;
  readonly hint?: string;
}

/** One permission that verify needs, in the words of RBAC. */
export interface Need {
  readonly namespace: string;
  /** '' for the core group. */
  readonly group: string;
  /** With its subresource: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
  /** Where one object by name is enough. */
  readonly name?: string;
}

/** A clock against this machine's. */
export interface ClockReading {
  /** To be added to this machine's time. */
  readonly offsetSeconds: number;
  readonly uncertaintySeconds: number;
}

/** Everything that was looked at on a target. */
export interface Examination {
  /** ISO 8601, this machine's clock. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** The API server's clock, when it answers at all. */
  readonly api: Look<ClockReading>;
  /** Undefined when the API server does not answer: then nothing else can. */
  readonly sights: Sights | undefined;
}

export interface Sights {
  /** Who the API server takes us for. */
  readonly user: Look<string>;
  /** Its identity: the UID of the namespace kube-system. */
  readonly cluster: Look<string>;
  readonly kubernetes: Look<string>;
  readonly permissions: readonly PermissionSight[];
  /** Whether this user may do everything: verify needs a fraction of that. */
  readonly mayDoAll: Look<boolean>;
  readonly workloads: readonly WorkloadSight[];
  readonly services: readonly ServiceSight[];
  readonly mqtt: { readonly service: ServiceRef; readonly login: Look<string> };
  readonly kafka: KafkaSight;
  readonly databases: readonly DatabaseSight[];
  readonly connect: readonly ConnectSight[];
}

/** `old`: of the system that the plan removes, so that its absence is no trouble. */
interface Aged {
  readonly old: boolean;
}

export interface PermissionSight {
  readonly need: Need;
  readonly allowed: Look<boolean>;
}

export interface WorkloadSight extends Aged {
  readonly ref: Pick<WorkloadRef, 'kind' | 'namespace' | 'name'>;
  readonly state: Look<WorkloadState>;
}

export interface ServiceSight extends Aged {
  readonly service: ServiceRef;
  /** Name of a ready pod behind it. */
  readonly pod: Look<string>;
}

export interface KafkaSight {
  readonly service: ServiceRef;
  readonly cluster: Look<{ readonly clusterId: string; readonly brokers: readonly string[] }>;
  /** The newest version of Fetch that the broker speaks: it tells the release of the protocol. */
  readonly fetchVersion: Look<number>;
  /** What is there to be seen, by name. Absent when the broker could not be connected to. */
  readonly topics?: Look<readonly string[]>;
  readonly groups?: Look<readonly string[]>;
  readonly wantedTopics: readonly (Aged & { readonly name: string })[];
  readonly wantedGroups: readonly (Aged & { readonly name: string })[];
  readonly newest?: Look<NewestRecord>;
}

/** The newest record of all topics, against the API server's clock. */
export interface NewestRecord extends Pick<TopicState, 'topic'> {
  readonly ageSeconds: number;
  /** Whose clock stamped it, by `message.timestamp.type` of its topic. */
  readonly stampedBy: 'broker' | 'producer' | 'not known';
}

export interface DatabaseSight extends Aged {
  /** Its name in migration.yaml. */
  readonly name: string;
  readonly place: Pick<DatabaseConfig, 'namespace' | 'service' | 'port' | 'database'>;
  /** The user that was let in, or why none was. Without it the others are absent. */
  readonly login: Look<string>;
  readonly version?: Look<DatabaseVersion>;
  readonly clock?: Look<ClockReading>;
  readonly role?: Look<DatabaseRole>;
  readonly tables?: Look<readonly TableAccess[]>;
  /** True where migration.yaml has hypertables in it. */
  readonly needsTimescale: boolean;
}

export interface DatabaseVersion {
  readonly postgres: string;
  readonly timescale?: { readonly version: string; readonly edition: 'community' | 'Apache' };
}

/** What a role may do in this database. */
export interface DatabaseRole {
  readonly name: string;
  /** SUPERUSER, CREATEROLE … */
  readonly attributes: readonly string[];
  readonly isMonitor: boolean;
  /** Roles that give more than reading, of which it is a member: pg_write_all_data … */
  readonly powers: readonly string[];
  /** Tables and views in which it may insert, update, delete or truncate, with their schemas. */
  readonly writable: readonly string[];
  /** Schemas in which it may create objects. */
  readonly creates: readonly string[];
}

export interface TableAccess {
  readonly table: string;
  /** Undefined when there is no such table in any schema. */
  readonly schema?: string;
  readonly mayUseSchema: boolean;
  readonly maySelect: boolean;
  /** Row security hides rows from this role, without a word. */
  readonly rowsHidden: boolean;
  /** When it does not exist: near names that do. */
  readonly foundInstead: readonly string[];
}

/** One running pod of a Redpanda Connect instance; one without a pod when none runs, or that could not be told. */
export interface ConnectSight {
  readonly instance: string;
  readonly namespace: string;
  readonly pod?: string;
  readonly port: number;
  /** What /version says. */
  readonly version: Look<string>;
}
