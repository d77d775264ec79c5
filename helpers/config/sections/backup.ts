import { z } from 'zod';
import { duration } from '../duration.ts';

const name = z.string().min(1);

/** A shell command, in which {file} stands for the backup's path and {name} for its name. */
const command = z.string().min(1);

const cronJob = z.strictObject({
  namespace: name,
  name,
  /** Since its last success. */
  maxAge: duration,
  /** The database that it dumps: a name under new.databases. */
  database: name,
  /** Writes the newest dump to standard output, or why it cannot be had from here. */
  artefact: z.union([z.strictObject({ fetch: command }), z.strictObject({ unavailable: name })]),
});

/** The backup of the old database, and what backs up the new ones. */
export const backupSection = z
  .strictObject({
    required: z.boolean().default(true),
    /** Why none is needed. */
    reason: name.optional(),
    /** Where `npm run backup` writes, relative to the file that names it. */
    directory: name,
    maxAge: duration,
    /** The role that pg_dump connects as, in the database's pod. */
    user: name.default('postgres'),
    /** Tables without which a dump is of another database. */
    tables: z.array(name).min(1),
    /** What reading one table, or the next byte of a dump, may take. */
    patience: duration.default(600),
    /** Dumps made by hand, by the plan's own command: a path or a pattern, relative to the file that names it. */
    made: name.optional(),
    /** How a backup gets to where it is kept besides, and how it is seen to be there: both have to end with exit code 0. */
    store: z.strictObject({ command, check: command }).optional(),
    /** Of the new system's databases. */
    cronJobs: z.array(cronJob),
  })
  .refine(({ required, reason }) => required || reason !== undefined, {
    path: ['reason'],
    message: 'a reason why no backup is required',
  });
