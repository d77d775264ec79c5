import type { KubeObject, ObjectStore } from '../object.ts';
import type { ResourceType } from '../resources.ts';
import { badRequest, methodNotAllowed } from '../status.ts';
import { isAllowed, isPathAllowed, rulesFor } from './rbac.ts';
import type { Identity } from './users.ts';

interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
}

/** Answers what a user asks about itself: who it is, and what it may do (`kubectl auth whoami`, `can-i`, `can-i --list`). */
export function answerReview(type: ResourceType, review: KubeObject, user: Identity, store: ObjectStore): unknown {
  const head = { kind: type.kind, apiVersion: `${type.group}/${type.version}`, metadata: {} };
  switch (type.resource) {
    case 'selfsubjectreviews':
      return {
        ...head,
        status: { userInfo: { username: user.name, groups: [...user.groups, 'system:authenticated'] } },
      };
    case 'selfsubjectaccessreviews':
      return { ...head, spec: review.spec, status: { allowed: isGranted(review, user, store) } };
    case 'selfsubjectrulesreviews':
      return { ...head, spec: {}, status: grantedRules(review, user, store) };
    default:
      throw methodNotAllowed();
  }
}

function isGranted({ spec = {} }: KubeObject, user: Identity, store: ObjectStore): boolean {
  const path = spec.nonResourceAttributes as { path?: string; verb?: string } | undefined;
  if (path) return isPathAllowed(store, user, path.verb ?? '', path.path ?? '');
  const asked = spec.resourceAttributes as ResourceAttributes | undefined;
  if (!asked) throw badRequest('exactly one of nonResourceAttributes or resourceAttributes must be specified');
  const { verb = '', group = '', resource = '', namespace, name, subresource } = asked;
  return isAllowed(store, user, verb, {
    group,
    version: '',
    resource,
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(subresource ? { subresource } : {}),
  });
}

function grantedRules({ spec = {} }: KubeObject, user: Identity, store: ObjectStore): unknown {
  const rules = rulesFor(store, user, (spec.namespace as string | undefined) ?? 'default');
  return {
    resourceRules: rules.filter((rule) => rule.resources !== undefined),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs !== undefined),
    incomplete: false,
  };
}
