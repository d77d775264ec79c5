import { z } from 'zod';
import { groups } from '../../helpers/doctor/judge/finding.ts';
import { rehearsalNotice } from '../../helpers/evidence/run.ts';
import { type DoctorResult, exitCode } from './result.ts';

const instant = z.iso.datetime().describe('ISO 8601, UTC');

const finding = z.strictObject({
  group: z.enum(groups),
  level: z
    .enum(['ok', 'unseen', 'warning', 'note'])
    .describe(
      'ok: can be seen; unseen: cannot, or would be judged wrongly; warning: can, and something about it should be known; note: cannot be known, and need not be',
    ),
  subject: z.string(),
  text: z.string(),
  fix: z.string().nullable().describe('what to do about it, where that is known'),
});

const rule = z.strictObject({
  namespaces: z.array(z.string()).describe('where a Role wants it; a rule for namespaces belongs into a ClusterRole'),
  apiGroups: z.array(z.string()),
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()),
  verbs: z.array(z.string()),
});

const clock = z.strictObject({
  of: z.string(),
  offsetSeconds: z.number().nullable().describe("to be added to this machine's time; null: not known"),
  uncertaintySeconds: z.number().nullable(),
});

/** What `doctor --json` prints. Published as docs/doctor-result.schema.json. */
export const doctorResultSchema = z
  .strictObject({
    allSeen: z.boolean().describe('false: exit code 2'),
    target: z.string().describe("the target's name in migration.yaml"),
    rehearsal: z.boolean().describe('true: a replica was looked at, not the live cluster'),
    notice: z.literal(rehearsalNotice).nullable(),
    context: z.string().nullable(),
    server: z.string().nullable(),
    startedAt: instant,
    finishedAt: instant,
    findings: z.array(finding),
    missingRules: z.array(rule).describe('RBAC rules to add'),
    clocks: z.array(clock),
    versions: z.array(z.strictObject({ of: z.string(), version: z.string().nullable() })),
  })
  .meta({ title: 'The result of npm run doctor -- --json' });

export type DoctorDocument = z.output<typeof doctorResultSchema>;

export function doctorDocument(result: DoctorResult): DoctorDocument {
  const { target, startedAt, finishedAt, findings, missingRules, clocks, versions } = result;
  return {
    allSeen: exitCode(result) === 0,
    target: target.name,
    rehearsal: target.rehearsal,
    notice: target.rehearsal ? rehearsalNotice : null,
    context: target.context ?? null,
    server: target.server ?? null,
    startedAt,
    finishedAt,
    findings: findings.map(({ fix = null, ...rest }) => ({ ...rest, fix })),
    missingRules: missingRules.map(({ apiGroup, namespaces, resources, resourceNames, verbs }) => ({
      namespaces: [...namespaces],
      apiGroups: [apiGroup],
      resources: [...resources],
      resourceNames: [...resourceNames],
      verbs: [...verbs],
    })),
    clocks: clocks.map(({ of, reading }) => ({
      of,
      offsetSeconds: reading?.offsetSeconds ?? null,
      uncertaintySeconds: reading?.uncertaintySeconds ?? null,
    })),
    versions: versions.map(({ of, version }) => ({ of, version: version ?? null })),
  };
}

/** The JSON Schema of that document, with a line end. */
export function doctorResultJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(doctorResultSchema), undefined, 2)}\n`;
}
