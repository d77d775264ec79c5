import { z } from 'zod';
import { duration } from '../duration.ts';

/** What is known of the old system beside its names: the members of `old` that discovery, capture and cleanup read. */
const name = z.string().min(1);
const named = z.strictObject({ namespace: name, name });

export const oldSystemMembers = {
  /** What the plan names and this cluster never had: left out everywhere, and reported if it turns up. */
  absent: z
    .array(
      z.strictObject({
        kind: z.enum(['Deployment', 'StatefulSet', 'Namespace', 'topic', 'group']),
        /** `namespace/name` of a workload, else the name. */
        name,
        reason: name,
      }),
    )
    .default([]),
  /** CronJobs of the old system that are meant to run: those that back up its data. */
  cronJobs: z.array(named).default([]),
  /** Secrets that the old workloads need, for an account that may only look for single ones by name. */
  secrets: z.array(named).default([]),
  /** By what an old workload is told that nobody listed: `*` stands for anything. */
  patterns: z.strictObject({ names: z.array(name), images: z.array(name) }).default({ names: [], images: [] }),
  /** Who reads the old system and is no part of it, and what becomes of each. */
  consumers: z
    .array(
      z.strictObject({
        /** As the report names it: `Deployment monitoring/grafana`, `group exporter`; `*` stands for anything. */
        match: name,
        becomes: name,
      }),
    )
    .default([]),
  /** Older than this, a captured state is not the state before the cutover any more. */
  captureMaxAge: duration.default(86_400),
  /** Data namespaces whose deletion was decided, each with the reason; all others must be there after the cleanup. */
  deleteData: z.array(z.strictObject({ namespace: name, reason: name })).default([]),
  /** What of the old system may stay after the cleanup: `topic sensor-state`, `group redpanda-sink`. */
  kept: z.array(z.strictObject({ match: name, reason: name })).default([]),
};
