import { z } from 'zod';
import type { EntryKind } from '../ledger/entry.ts';

/** What a person answers for: the migration as a whole, and what the plan leaves for afterwards (Post-Migration 1). */
export const signOffSubjects = ['migration', 'diagrams', 'runbooks', 'schemas', 'dashboards'] as const;

export type SignOffSubject = (typeof signOffSubjects)[number];

const schema = z.strictObject({
  kind: z.literal('sign-off'),
  at: z.iso.datetime(),
  subject: z.enum(signOffSubjects),
  /** The name that was given. */
  by: z.string().min(1),
  note: z.string().optional(),
});

export type SignOff = z.output<typeof schema>;

export const signOffEntry: EntryKind<SignOff> = { kind: 'sign-off', schema };
