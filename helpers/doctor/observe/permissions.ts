import { z } from 'zod';
import type { Target } from '../../target/target.ts';
import { Unobservable } from '../../unobservable.ts';
import type { Need, PermissionSight } from '../observed.ts';
import type { Looker } from './look.ts';

/** Enough to hide the time that an answer is under way, few enough not to be throttled. */
const askedAtOnce = 8;

const userStatus = z.object({ userInfo: z.object({ username: z.string() }) });
const accessStatus = z.object({ allowed: z.boolean() });

type Asker = Pick<Target, 'kube'>;

/** What of `needs` is granted, in their order: the API server is asked about each, so its answer is what would happen. */
export async function observePermissions(
  target: Asker,
  look: Looker,
  needs: readonly Need[],
): Promise<PermissionSight[]> {
  const sights: PermissionSight[] = [];
  const waiting = needs.entries();
  const worker = async () => {
    for (const [index, need] of waiting) {
      sights[index] = { need, allowed: await look('permissions', () => mayDo(target, need)) };
    }
  };
  await Promise.all(Array.from({ length: askedAtOnce }, worker));
  return sights;
}

/** Whether this user may do everything everywhere. */
export async function mayDoAll(target: Asker): Promise<boolean> {
  return mayDo(target, { group: '*', resource: '*', verb: '*' });
}

/** The name that the API server has for this user. Throws `Unobservable` (unsupported before Kubernetes 1.28). */
export async function observeUser({ kube }: Asker): Promise<string> {
  const status = await kube.transport.ask('SelfSubjectReview', {});
  return parsed(userStatus, status).userInfo.username;
}

async function mayDo({ kube }: Asker, { namespace, ...need }: Omit<Need, 'namespace'> & { namespace?: string }) {
  const [resource, subresource] = need.resource.split('/');
  const resourceAttributes = { ...need, namespace, resource, subresource };
  return parsed(accessStatus, await kube.transport.ask('SelfSubjectAccessReview', { resourceAttributes })).allowed;
}

function parsed<T>(schema: z.ZodType<T>, status: unknown): T {
  const answer = schema.safeParse(status);
  if (answer.success) return answer.data;
  throw new Unobservable('unsupported', `the API server's answer is not understood: ${z.prettifyError(answer.error)}`);
}
