import type { ServiceRef } from '../config/schema.ts';
import { factValue } from './fact.ts';
import { serviceAt, workloadBehind } from './places.ts';
import type { FoundWorkload, Stack } from './stack.ts';

/** What looks like the system that the plan removes: all of it guesses, each with what it rests on. */
export interface OldSystem {
  readonly workloads: readonly { readonly workload: FoundWorkload; readonly why: string }[];
  readonly topics: readonly Mention[];
  readonly groups: readonly Mention[];
  readonly database:
    | { readonly service: ServiceRef; readonly database: string | undefined; readonly why: string }
    | undefined;
  /** Of the database's workload. */
  readonly dataNamespace: string | undefined;
}

/** A name, and the variable or stream file that has it. */
interface Mention {
  readonly name: string;
  readonly why: string;
}

/** What is known of the new system. */
export interface NewSystem {
  readonly kafka: ServiceRef | undefined;
  readonly databases: readonly ServiceRef[];
  readonly ofNew: readonly FoundWorkload[];
  /** Workloads of Redpanda Connect that younger ones have taken the place of. */
  readonly superseded: readonly FoundWorkload[];
  readonly topics: readonly string[];
  readonly groups: readonly string[];
}

/**
 * The old system: programs other than the new system's that name its Kafka broker in their variables, and the database
 * that these name. Topics and groups are what their variables call so.
 */
export function findOldSystem(stack: Stack, known: NewSystem): OldSystem {
  const { kafka, databases, ofNew, superseded } = known;
  const behind = [...(kafka === undefined ? [] : [kafka]), ...databases].flatMap(
    (service) => workloadBehind(service, stack) ?? [],
  );
  const others = stack.workloads.filter((workload) => !ofNew.includes(workload) && !behind.includes(workload));
  const users = others.flatMap((workload) => {
    if (superseded.includes(workload)) return [{ workload, why: 'a younger bridge reads the same MQTT topics' }];
    const variable = kafka && variables(workload).find(({ value }) => isAt(value, kafka, workload, stack));
    return variable === undefined ? [] : [{ workload, why: `its ${variable.name} is the new system's broker` }];
  });
  const found = users.flatMap(({ workload }) => variables(workload).map((each) => ({ ...each, workload })));
  const mentions = (pattern: RegExp) =>
    found.flatMap(({ name, value, workload }) =>
      pattern.test(name) ? value.split(',').map((each) => ({ name: each.trim(), why: whose(name, workload) })) : [],
    );
  const ofFiles = (names: readonly string[]) =>
    names.map((name) => ({ name, why: 'a stream file of the older Redpanda Connect' }));
  const database = oldDatabase(found, databases, stack);
  const store = database && workloadBehind(database.service, stack);
  return {
    workloads: [
      ...users,
      ...(store === undefined
        ? []
        : [{ workload: store, why: `it is behind the Service that ${database?.why} names` }]),
    ],
    topics: distinct([...ofFiles(known.topics), ...mentions(/TOPIC/i)]),
    groups: distinct([...ofFiles(known.groups), ...mentions(/GROUP/i)]),
    database,
    dataNamespace: store?.namespace,
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function variables({ containers }: FoundWorkload): Variable[] {
  return containers.flatMap(({ env }) =>
    [...env].flatMap(([name, fact]) => {
      const value = factValue(fact);
      return value === undefined || value === '' ? [] : [{ name, value }];
    }),
  );
}

function oldDatabase(
  found: readonly (Variable & { workload: FoundWorkload })[],
  ofNew: readonly ServiceRef[],
  { services }: Stack,
): OldSystem['database'] {
  for (const { name, value, workload } of found) {
    if (!/HOST$/i.test(name)) continue;
    const service = factValue(serviceAt(value, 5432, workload.namespace, services));
    const offers = services.find((each) => each.namespace === service?.namespace && each.name === service.service);
    if (service === undefined || !offers?.ports.includes(service.port) || service.port !== 5432) continue;
    if (ofNew.some((each) => each.namespace === service.namespace && each.service === service.service)) continue;
    const database = found.find(
      (each) => each.workload === workload && /^(PGDATABASE|POSTGRES_DB|\w*(DB|DATABASE)_?NAME)$/i.test(each.name),
    )?.value;
    return { service, database, why: whose(name, workload) };
  }
  return undefined;
}

function isAt(value: string, place: ServiceRef, { namespace }: FoundWorkload, { services }: Stack): boolean {
  const [first = ''] = value.split(',');
  const service = factValue(serviceAt(first, place.port, namespace, services));
  return service?.namespace === place.namespace && service.service === place.service;
}

function whose(variable: string, { namespace, name }: FoundWorkload): string {
  return `${variable} of ${namespace}/${name}`;
}

function distinct(mentions: readonly Mention[]): Mention[] {
  return [...new Map(mentions.toReversed().map((mention) => [mention.name, mention])).values()].reverse();
}
