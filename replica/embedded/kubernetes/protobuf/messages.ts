/**
 * The messages that are read in protobuf, by what stands in them: a member's name in JSON, its number on the wire, its type.
 * No type is a string; `[…]` is a list, `{…}` a map; with `?` a zero is said on purpose, else it means nothing was said. The
 * members of a type with `^` stand in JSON beside the others.
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

  SelfSubjectReview: 'metadata 1 ObjectMeta, status 2 SelfSubjectReviewStatus',
  SelfSubjectReviewStatus: 'userInfo 1 UserInfo',
  UserInfo: 'username 1, uid 2, groups 3 [string]',
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
    'parallelism 1 int?, completions 2 int?, activeDeadlineSeconds 3 int?, selector 4 LabelSelector, manualSelector 5 bool?, template 6 PodTemplateSpec, backoffLimit 7 int?, ttlSecondsAfterFinished 8 int?, completionMode 9 string?, suspend 10 bool?, podReplacementPolicy 14 string?, managedBy 15 string?',
  JobStatus: 'active 4 int, succeeded 5 int, failed 6 int, completedIndexes 7',

  PodTemplateSpec: 'metadata 1 ObjectMeta, spec 2 PodSpec',
  PodSpec:
    'volumes 1 [Volume], containers 2 [Container], restartPolicy 3, terminationGracePeriodSeconds 4 int?, activeDeadlineSeconds 5 int?, dnsPolicy 6, nodeSelector 7 {string}, serviceAccountName 8, serviceAccount 9, nodeName 10, hostNetwork 11 bool, hostPID 12 bool, hostIPC 13 bool, securityContext 14 PodSecurityContext, imagePullSecrets 15 [LocalObjectReference], hostname 16, subdomain 17, schedulerName 19, initContainers 20 [Container], automountServiceAccountToken 21 bool?, priorityClassName 24',
  PodSecurityContext:
    'runAsUser 2 int?, runAsNonRoot 3 bool?, supplementalGroups 4 [int], fsGroup 5 int?, runAsGroup 6 int?',
  Volume: 'name 1, volumeSource 2 ^VolumeSource',
  VolumeSource:
    'hostPath 1 HostPathSource, emptyDir 2 EmptyDirSource, secret 6 SecretSource, persistentVolumeClaim 10 ClaimSource, configMap 19 ConfigMapSource',
  HostPathSource: 'path 1, type 2 string?',
  EmptyDirSource: 'medium 1, sizeLimit 2 Quantity',
  SecretSource: 'secretName 1, items 2 [KeyToPath], defaultMode 3 int?, optional 4 bool?',
  ClaimSource: 'claimName 1, readOnly 2 bool',
  ConfigMapSource: 'reference 1 ^LocalObjectReference, items 2 [KeyToPath], defaultMode 3 int?, optional 4 bool?',
  KeyToPath: 'key 1, path 2, mode 3 int?',
  Container:
    'name 1, image 2, command 3 [string], args 4 [string], workingDir 5, ports 6 [ContainerPort], env 7 [EnvVar], resources 8 ResourceRequirements, volumeMounts 9 [VolumeMount], terminationMessagePath 13, imagePullPolicy 14, stdin 16 bool, stdinOnce 17 bool, tty 18 bool, envFrom 19 [EnvFromSource], terminationMessagePolicy 20',
  VolumeMount: 'name 1, readOnly 2 bool, mountPath 3, subPath 4, mountPropagation 5 string?, subPathExpr 6',
  ContainerPort: 'name 1, hostPort 2 int, containerPort 3 int, protocol 4, hostIP 5',
  EnvVar: 'name 1, value 2, valueFrom 3 EnvVarSource',
  EnvVarSource: 'fieldRef 1 ObjectFieldSelector, configMapKeyRef 3 KeySelector, secretKeyRef 4 KeySelector',
  ObjectFieldSelector: 'apiVersion 1, fieldPath 2',
  KeySelector: 'reference 1 ^LocalObjectReference, key 2, optional 3 bool?',
  EnvFromSource: 'prefix 1, configMapRef 2 EnvSource, secretRef 3 EnvSource',
  EnvSource: 'reference 1 ^LocalObjectReference, optional 2 bool?',
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
  /** Its members stand in JSON in its place. */
  readonly isInline: boolean;
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
    {
      name,
      type: type.replace(/[^A-Za-z]/g, '') as Field['type'],
      repeats,
      keepsZero: type.endsWith('?'),
      isInline: type.startsWith('^'),
    },
  ];
}

const kinds: Readonly<Record<string, readonly MessageName[]>> = {
  v1: ['Namespace', 'ConfigMap', 'Secret', 'ServiceAccount'],
  'apps/v1': ['Deployment'],
  'authentication.k8s.io/v1': ['SelfSubjectReview'],
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
