import type { KubeObject } from './object.ts';

type Bag = Record<string, unknown>;

/** Sets a member where there is none, as the API's defaulting does. */
function fill(bag: Bag, defaults: Bag): void {
  for (const [member, value] of Object.entries(defaults)) bag[member] ??= value;
}

function bag(value: unknown): Bag {
  return (value ?? {}) as Bag;
}

function list(value: unknown): Bag[] {
  return Array.isArray(value) ? value : [];
}

/** Writes into an object what the API server would write where its author left it out. */
export function setDefaults(object: KubeObject): void {
  defaultsOf[`${object.apiVersion}/${object.kind}`]?.(object);
}

const defaultsOf: Readonly<Record<string, (object: KubeObject) => void>> = {
  'v1/Namespace': (object) => {
    object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
    // kubectl create says an empty spec.
    const spec = bag(object.spec);
    fill(spec, { finalizers: ['kubernetes'] });
    object.spec = spec;
    object.status ??= { phase: 'Active' };
  },
  'v1/Pod': (object) => {
    object.spec = podSpec(object.spec);
    object.status = { phase: 'Pending', qosClass: qosClass(object.spec), ...object.status };
  },
  'v1/Service': (object) => {
    const spec = bag(object.spec);
    fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
    for (const port of list(spec.ports)) {
      fill(port, { protocol: 'TCP' });
      fill(port, { targetPort: port.port });
    }
    if (spec.type !== 'ExternalName')
      fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
    if (spec.clusterIP !== undefined) fill(spec, { clusterIPs: [spec.clusterIP] });
    object.spec = spec;
    object.status ??= { loadBalancer: {} };
  },
  'v1/Secret': (object) => {
    object.type ??= 'Opaque';
    if (object.stringData === undefined) return;
    const encoded = Object.entries(bag(object.stringData)).map(([key, value]) => [
      key,
      Buffer.from(String(value)).toString('base64'),
    ]);
    object.data = { ...bag(object.data), ...Object.fromEntries(encoded) };
    delete object.stringData;
  },
  'v1/PersistentVolumeClaim': (object) => {
    const spec = bag(object.spec);
    fill(spec, { volumeMode: 'Filesystem', storageClassName: 'local-path' });
    object.spec = spec;
    object.status ??= { phase: 'Pending' };
    addFinalizer(object, 'kubernetes.io/pvc-protection');
  },
  'v1/PersistentVolume': (object) => {
    const spec = bag(object.spec);
    fill(spec, { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' });
    object.spec = spec;
    object.status ??= { phase: 'Available' };
    addFinalizer(object, 'kubernetes.io/pv-protection');
  },
  'apps/v1/Deployment': (object) => {
    const spec = bag(object.spec);
    fill(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate' },
    });
    const strategy = bag(spec.strategy);
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate') {
      strategy.rollingUpdate ??= {};
      fill(bag(strategy.rollingUpdate), { maxSurge: '25%', maxUnavailable: '25%' });
    }
    template(spec);
    object.spec = spec;
  },
  'apps/v1/ReplicaSet': (object) => {
    const spec = bag(object.spec);
    fill(spec, { replicas: 1 });
    template(spec);
    object.spec = spec;
  },
  'apps/v1/StatefulSet': (object) => {
    const spec = bag(object.spec);
    fill(spec, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      serviceName: '',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    for (const claim of list(spec.volumeClaimTemplates)) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } });
      fill(bag(claim.metadata), unmade);
      fill(bag(claim.spec), { volumeMode: 'Filesystem' });
    }
    template(spec);
    object.spec = spec;
  },
  'apps/v1/DaemonSet': (object) => {
    const spec = bag(object.spec);
    fill(spec, {
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
    });
    template(spec);
    object.spec = spec;
  },
  'batch/v1/Job': (object) => {
    object.spec = jobSpec(object.spec);
    const pod = bag(object.spec.template);
    const labels = { 'batch.kubernetes.io/job-name': object.metadata.name, 'job-name': object.metadata.name };
    const uid = object.metadata.uid;
    const metadata = bag(pod.metadata);
    if (object.spec.selector === undefined && uid !== undefined) {
      const controller = { 'batch.kubernetes.io/controller-uid': uid, 'controller-uid': uid };
      object.spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
      metadata.labels = { ...bag(metadata.labels), ...controller, ...labels };
    }
    pod.metadata = metadata;
  },
  'batch/v1/CronJob': (object) => {
    const spec = bag(object.spec);
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    const job = bag(spec.jobTemplate);
    job.metadata ??= {};
    fill(bag(job.metadata), unmade);
    const inner = bag(job.spec);
    if (inner.template !== undefined) template(inner);
    object.spec = spec;
  },
  'storage.k8s.io/v1/StorageClass': (object) =>
    fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  'rbac.authorization.k8s.io/v1/RoleBinding': bindingDefaults,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': bindingDefaults,
  'networking.k8s.io/v1/NetworkPolicy': (object) => {
    const spec = bag(object.spec);
    fill(spec, { policyTypes: spec.egress === undefined ? ['Ingress'] : ['Ingress', 'Egress'] });
    object.spec = spec;
  },
};

function bindingDefaults(object: KubeObject): void {
  const group = 'rbac.authorization.k8s.io';
  fill(bag(object.roleRef), { apiGroup: group });
  for (const subject of list(object.subjects))
    if (subject.kind !== 'ServiceAccount') fill(subject, { apiGroup: group });
}

function addFinalizer(object: KubeObject, finalizer: string): void {
  if (object.metadata.deletionTimestamp !== undefined) return;
  object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), finalizer])];
}

function jobSpec(given: unknown): Bag {
  const spec = bag(given);
  const parallelism = spec.parallelism ?? 1;
  fill(spec, {
    parallelism,
    ...(spec.parallelism === undefined ? { completions: 1 } : {}),
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  });
  template(spec);
  return spec;
}

/** What stands in a template for what it has never been: made. */
const unmade = { creationTimestamp: null };

function template(spec: Bag): void {
  const pod = bag(spec.template);
  pod.metadata ??= {};
  fill(bag(pod.metadata), unmade);
  pod.spec = podSpec(pod.spec);
  spec.template = pod;
}

function podSpec(given: unknown): Bag {
  const spec = bag(given);
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  if (spec.serviceAccountName !== undefined) fill(spec, { serviceAccount: spec.serviceAccountName });
  for (const each of [...list(spec.initContainers), ...list(spec.containers)]) container(each);
  for (const volume of list(spec.volumes)) {
    if (volume.secret) fill(bag(volume.secret), { defaultMode: 420 });
    if (volume.configMap) fill(bag(volume.configMap), { defaultMode: 420 });
    if (volume.projected) fill(bag(volume.projected), { defaultMode: 420 });
    if (volume.hostPath) fill(bag(volume.hostPath), { type: '' });
  }
  return spec;
}

function container(each: Bag): void {
  const image = String(each.image ?? '');
  const untagged = !/[:@][^/]*$/.test(image) || image.endsWith(':latest');
  fill(each, {
    imagePullPolicy: untagged ? 'Always' : 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  const resources = bag(each.resources);
  // What has a limit and no request requests its limit.
  if (resources.limits) resources.requests = { ...bag(resources.limits), ...bag(resources.requests) };
  for (const port of list(each.ports)) fill(port, { protocol: 'TCP' });
  for (const env of list(each.env)) {
    const field = bag(env.valueFrom).fieldRef;
    if (field) fill(bag(field), { apiVersion: 'v1' });
  }
  for (const probe of [each.livenessProbe, each.readinessProbe, each.startupProbe]) {
    if (!probe) continue;
    fill(bag(probe), { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
    const http = bag(probe).httpGet;
    if (http) fill(bag(http), { path: '/', scheme: 'HTTP' });
  }
}

function qosClass(spec: Bag): string {
  const resources = list(spec.containers).map((each) => bag(each.resources));
  const named = (which: 'limits' | 'requests') => resources.flatMap((each) => Object.keys(bag(each[which])));
  if (named('limits').length === 0 && named('requests').length === 0) return 'BestEffort';
  const guaranteed = resources.every(({ limits, requests }) =>
    ['cpu', 'memory'].every((name) => bag(limits)[name] !== undefined && bag(limits)[name] === bag(requests)[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
