import type { ClaimState, NodeImages, Presence, TemplateState } from '../../cluster/observed.ts';
import { oldWorkloads } from '../../config/old-system.ts';
import type { Migration } from '../../config/schema.ts';
import { type Finding, type Sightings, unseenFindings, type Verdict, verdictOf } from '../verdict.ts';
import { count } from '../words.ts';

export interface RollbackNeeds {
  readonly templates: Sightings<TemplateState>;
  /** Secrets by name, and ConfigMaps. */
  readonly needs: Sightings<Presence>;
  readonly claims: Sightings<ClaimState>;
  readonly images: Sightings<NodeImages>;
}

/**
 * P4.rollback-ready and P5's: what a rollback needs is there: the old workloads, their images on a node, the Secrets and
 * ConfigMaps that they name, and bound volumes. Scaled to 0 they can be asked for all of it while it is still time.
 */
export function judgeRollbackReady(observed: RollbackNeeds, migration: Migration): Verdict {
  const { templates, needs, claims, images } = observed;
  const findings = oldWorkloads(migration).flatMap((ref): Finding[] => {
    const subject = `${ref.kind} ${ref.namespace}/${ref.name}`;
    const template = templates.seen.find(
      ({ kind, namespace, name }) => kind === ref.kind && namespace === ref.namespace && name === ref.name,
    );
    if (template === undefined) {
      if (templates.unseen.some(({ subject: where }) => where.endsWith(` of ${ref.namespace}`))) return [];
      const look = `kubectl get ${ref.kind.toLowerCase()} -n ${ref.namespace}`;
      return [{ subject, verdict: 'fail', observed: 'is gone: there is nothing to scale up again', look }];
    }
    return [
      { subject, verdict: 'pass', observed: 'there' },
      ...template.images.map((image): Finding => ({ subject, ...judgeImage(image, images) })),
      ...template.secrets.map((name): Finding => ({ subject, ...judgeSecret(template.namespace, name, needs) })),
      ...template.configMaps.map((name): Finding => ({ subject, ...judgeConfigMap(template.namespace, name, needs) })),
      ...template.claims.map((name): Finding => ({ subject, ...judgeClaim(template.namespace, name, claims) })),
    ];
  });
  const unseen = [templates, needs, claims, images].flatMap((each) => each.unseen);
  return verdictOf([...findings, ...unseenFindings(unseen)], {
    expected:
      'every old workload is there, with its images on a node, its Secrets and ConfigMaps, and its volumes bound',
    pass: `${count(oldWorkloads(migration).length, 'old workload')} with images, Secrets, ConfigMaps and volumes`,
    hint: 'Put it back before going on: without it the rollback of the plan starts nothing.',
  });
}

type Judged = Pick<Finding, 'verdict' | 'observed' | 'look' | 'hint'>;

function judgeImage(image: string, nodes: Sightings<NodeImages>): Judged {
  const wanted = wholeImage(image);
  const holders = nodes.seen.filter(({ images }) => images.some((each) => wholeImage(each) === wanted));
  if (holders.length > 0)
    return { verdict: 'pass', observed: `image ${image} on ${holders.map(({ node }) => node).join(', ')}` };
  if (nodes.seen.length === 0) return { verdict: 'inconclusive', observed: `image ${image}: no node was seen` };
  const full = nodes.seen.filter((each) => each.full).map(({ node }) => node);
  if (full.length > 0) {
    return {
      verdict: 'inconclusive',
      observed: `image ${image} is on no list, but that of ${full.join(', ')} is full and may leave it out`,
      hint: `Ask the node: crictl images | grep ${image.split(':')[0]}`,
    };
  }
  return {
    verdict: 'fail',
    observed: `image ${image} is on no node: a rollback would have to pull it`,
    look: 'kubectl get nodes -o jsonpath="{.items[*].status.images[*].names}"',
    hint: 'See that its registry still has it and start a pod of it once, or push it where the nodes pull from.',
  };
}

/** As the container runtime names it: with its registry, and a tag where none is said. */
function wholeImage(image: string): string {
  const [path = '', digest] = image.split('@');
  if (digest !== undefined) return `${withRegistry(path.replace(/:[^/]+$/, ''))}@${digest}`;
  return withRegistry(/:[^/]+$/.test(path) ? path : `${path}:latest`);
}

function withRegistry(path: string): string {
  const [first = '', ...rest] = path.split('/');
  if (rest.length === 0) return `docker.io/library/${path}`;
  return /[.:]/.test(first) || first === 'localhost' ? path : `docker.io/${path}`;
}

function judgeSecret(namespace: string, name: string, needs: Sightings<Presence>): Judged {
  const found = needs.seen.find((each) => each.kind === 'Secret' && each.namespace === namespace && each.name === name);
  if (found?.exists) return { verdict: 'pass', observed: `Secret ${name}` };
  if (found !== undefined) {
    return {
      verdict: 'fail',
      observed: `names Secret ${name}, which is gone: its pods would not start`,
      look: `kubectl get secret ${name} -n ${namespace}`,
    };
  }
  return {
    verdict: 'inconclusive',
    observed: `names Secret ${name}, which old.secrets in migration.yaml does not list: it could not be looked for`,
    hint: `List { namespace: ${namespace}, name: ${name} } under old.secrets and apply npm run rbac again; npm run inventory prints the list.`,
  };
}

function judgeConfigMap(namespace: string, name: string, needs: Sightings<Presence>): Judged {
  const of = (each: Presence) => each.kind === 'ConfigMap' && each.namespace === namespace;
  if (needs.seen.some((each) => of(each) && each.name === name))
    return { verdict: 'pass', observed: `ConfigMap ${name}` };
  if (needs.unseen.some(({ subject }) => subject === `ConfigMaps of ${namespace}`))
    return { verdict: 'inconclusive', observed: `names ConfigMap ${name}, which could not be looked for` };
  return {
    verdict: 'fail',
    observed: `names ConfigMap ${name}, which is gone: its pods would not start`,
    look: `kubectl get configmap -n ${namespace}`,
  };
}

function judgeClaim(namespace: string, name: string, claims: Sightings<ClaimState>): Judged {
  const claim = claims.seen.find((each) => each.namespace === namespace && each.name === name);
  if (claim?.phase === 'Bound')
    return { verdict: 'pass', observed: `claim ${name}, ${claim.capacity ?? 'of unknown size'}, bound` };
  if (claim === undefined && claims.unseen.some(({ subject }) => subject === `claims of ${namespace}`))
    return { verdict: 'inconclusive', observed: `claim ${name} could not be looked for` };
  const observed = claim === undefined ? `claim ${name} is gone, and what it held` : `claim ${name} is ${claim.phase}`;
  return { verdict: 'fail', observed, look: `kubectl get pvc -n ${namespace}` };
}
