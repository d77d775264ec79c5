/**
 * The messages that are read in protobuf, by what stands in them: a member's name in JSON, its number on the wire, its type.
 * No type is a string; `[…]` is a list, `{…}` a map; with `?` a zero is said on purpose, else it means nothing was said.
 */
const notation = {
  Unknown: 'typeMeta 1 TypeMeta, raw 2 bytes, contentEncoding 3, contentType 4',
  TypeMeta: 'apiVersion 1, kind 2',

  ObjectMeta:
    'name 1, generateName 2, namespace 3, selfLink 4, uid 5, resourceVersion 6, generation 7 int, creationTimestamp 8 Time, deletionTimestamp 9 Time, deletionGracePeriodSeconds 10 int?, labels 11 {string}, annotations 12 {string}, ownerReferences 13 [OwnerReference], finalizers 14 [string]',
  OwnerReference: 'kind 1, name 3, uid 4, apiVersion 5, controller 6 bool?, blockOwnerDeletion 7 bool?',
  LabelSelector: 'matchLabels 1 {string}, matchExpressions 2 [LabelSelectorRequirement]',
  LabelSelectorRequirement: 'key 1, operator 2, values 3 [string]',
  DeleteOptions:
    'gracePeriodSeconds 1 int?, preconditions 2 Preconditions, orphanDependents 3 bool?, propagationPolicy 4 string?, dryRun 5 [string]',
  Preconditions: 'uid 1 string?, resourceVersion 2 string?',

  Namespace: 'metadata 1 ObjectMeta, spec 2 NamespaceSpec, status 3 NamespaceStatus',
  NamespaceSpec: 'finalizers 1 [string]',
  NamespaceStatus: 'phase 1',
  ConfigMap: 'metadata 1 ObjectMeta, data 2 {string}, binaryData 3 {bytes}, immutable 4 bool?',
  Secret: 'metadata 1 ObjectMeta, data 2 {bytes}, type 3, stringData 4 {string}, immutable 5 bool?',
  ServiceAccount:
    'metadata 1 ObjectMeta, imagePullSecrets 3 [LocalObjectReference], automountServiceAccountToken 4 bool?',
  LocalObjectReference: 'name 1',

  SelfSubjectAccessReview: 'metadata 1 ObjectMeta, spec 2 AccessReviewSpec, status 3 AccessReviewStatus',
  AccessReviewSpec: 'resourceAttributes 1 ResourceAttributes, nonResourceAttributes 2 NonResourceAttributes',
  ResourceAttributes: 'namespace 1, verb 2, group 3, version 4, resource 5, subresource 6, name 7',
  NonResourceAttributes: 'path 1, verb 2',
  AccessReviewStatus: 'allowed 1 bool, reason 2, evaluationError 3, denied 4 bool',
  SelfSubjectRulesReview: 'metadata 1 ObjectMeta, spec 2 RulesReviewSpec, status 3 RulesReviewStatus',
  RulesReviewSpec: 'namespace 1',
  RulesReviewStatus: 'incomplete 3 bool, evaluationError 4',

  Scale: 'metadata 1 ObjectMeta, spec 2 ScaleSpec, status 3 ScaleStatus',
  ScaleSpec: 'replicas 1 int',
  ScaleStatus: 'replicas 1 int, selector 2',
  Deployment: 'metadata 1 ObjectMeta, spec 2 DeploymentSpec, status 3 DeploymentStatus',
  DeploymentSpec:
    'replicas 1 int?, selector 2 LabelSelector, template 3 PodTemplateSpec, strategy 4 DeploymentStrategy, minReadySeconds 5 int, revisionHistoryLimit 6 int?, paused 7 bool, progressDeadlineSeconds 9 int?',
  DeploymentStrategy: 'type 1',
  DeploymentStatus:
    'observedGeneration 1 int, replicas 2 int, updatedReplicas 3 int, availableReplicas 4 int, unavailableReplicas 5 int, readyReplicas 7 int',
  Job: 'metadata 1 ObjectMeta, spec 2 JobSpec, status 3 JobStatus',
  JobSpec:
    'parallelism 1 int?, completions 2 int?, activeDeadlineSeconds 3 int?, selector 4 LabelSelector, manualSelector 5 bool?, template 6 PodTemplateSpec, backoffLimit 7 int?, ttlSecondsAfterFinished 8 int?, completionMode 9 string?, suspend 10 bool?',
  JobStatus: 'active 4 int, succeeded 5 int, failed 6 int, completedIndexes 7',

  PodTemplateSpec: 'metadata 1 ObjectMeta, spec 2 PodSpec',
  PodSpec:
    'containers 2 [Container], restartPolicy 3, terminationGracePeriodSeconds 4 int?, activeDeadlineSeconds 5 int?, dnsPolicy 6, nodeSelector 7 {string}, serviceAccountName 8, serviceAccount 9, nodeName 10, hostNetwork 11 bool, hostPID 12 bool, hostIPC 13 bool, securityContext 14 PodSecurityContext, imagePullSecrets 15 [LocalObjectReference], hostname 16, subdomain 17, schedulerName 19, initContainers 20 [Container], automountServiceAccountToken 21 bool?, priorityClassName 24',
  PodSecurityContext: '',
  Container:
    'name 1, image 2, command 3 [string], args 4 [string], workingDir 5, ports 6 [ContainerPort], env 7 [EnvVar], resources 8 ResourceRequirements, terminationMessagePath 13, imagePullPolicy 14, stdin 16 bool, stdinOnce 17 bool, tty 18 bool, terminationMessagePolicy 20',
  ContainerPort: 'name 1, hostPort 2 int, containerPort 3 int, protocol 4, hostIP 5',
  EnvVar: 'name 1, value 2',
  ResourceRequirements: 'limits 1 {Quantity}, requests 2 {Quantity}',

  // These two stand in JSON as a plain value.
  Time: 'seconds 1 int, nanos 2 int',
  Quantity: 'string 1',
} as const;

export type MessageName = keyof typeof notation;

export interface Field {
  readonly name: string;
  readonly type: 'string' | 'bytes' | 'bool' | 'int' | MessageName;
  readonly repeats: 'once' | 'list' | 'map';
  readonly keepsZero: boolean;
}

const parsed = new Map<MessageName, ReadonlyMap<number, Field>>();

/** A message's fields by their numbers. */
export function fieldsOf(message: MessageName): ReadonlyMap<number, Field> {
  const known = parsed.get(message);
  if (known) return known;
  const fields = new Map(notation[message].split(', ').filter(Boolean).map(field));
  parsed.set(message, fields);
  return fields;
}

function field(text: string): [number, Field] {
  const [name = '', number, type = 'string'] = text.split(' ');
  const repeats = type.startsWith('[') ? 'list' : type.startsWith('{') ? 'map' : 'once';
  return [
    Number(number),
    { name, type: type.replace(/[^A-Za-z]/g, '') as Field['type'], repeats, keepsZero: type.endsWith('?') },
  ];
}

const kinds: Readonly<Record<string, readonly MessageName[]>> = {
  v1: ['Namespace', 'ConfigMap', 'Secret', 'ServiceAccount'],
  'apps/v1': ['Deployment'],
  'authorization.k8s.io/v1': ['SelfSubjectAccessReview', 'SelfSubjectRulesReview'],
  'autoscaling/v1': ['Scale'],
  'batch/v1': ['Job'],
};

/** The message of a kind; undefined for one that is not read in protobuf. */
export function messageOf(apiVersion: string, kind: string): MessageName | undefined {
  // Of every version alike.
  if (kind === 'DeleteOptions') return kind;
  return kinds[apiVersion]?.find((name) => name === kind);
}
