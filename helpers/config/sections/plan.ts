import { z } from 'zod';

/** How the migration is done: option A runs both systems beside each other first, option B cuts over at once. */
export const planSection = z.discriminatedUnion('option', [
  z.strictObject({ option: z.literal('A'), parallelDays: z.int().min(1), observationDays: z.int().min(1) }),
  z.strictObject({ option: z.literal('B'), reason: z.string().min(1), observationDays: z.int().min(1) }),
]);

/** Where the memory of daily checks lies, one file a cluster. */
export const ledgerSection = z.strictObject({
  /** Relative to the file that names it. */
  directory: z.string().min(1),
});

/** Who may read reports about a live cluster: they tell when a home is empty. */
export const reportsSection = z.strictObject({
  /** private: what leaves the machine names decisions and criteria, never what was observed. */
  publish: z.enum(['private', 'public']).default('private'),
});
