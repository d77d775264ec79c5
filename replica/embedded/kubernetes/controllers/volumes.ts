import type { V1PersistentVolumeClaimSpec, V1Volume } from '@kubernetes/client-node';
import type { KubeObject } from '../object.ts';
import { type Controller, type ControllerContext, type Key, own, refs } from './controller.ts';
import { isOver } from './pods.ts';

const claimFinalizer = 'kubernetes.io/pvc-protection';
const volumeFinalizer = 'kubernetes.io/pv-protection';
const provisioner = 'rancher.io/local-path';

/** Makes and binds a volume for each claim, when its storage class says: at once, or when a pod of the node first names it. */
export function claimController(context: ControllerContext): Controller {
  return {
    name: 'claims',
    watches: [
      own(refs.claims),
      { ref: refs.pods, keys: (pod) => claimNames(pod).map((name) => ({ namespace: pod.metadata.namespace, name })) },
      { ref: refs.volumes, keys: claimOfVolume },
    ],
    reconcile: (key) => void reconcileClaim(context, key),
  };
}

/** Releases a volume whose claim is gone, and takes it away where its class says Delete. */
export function volumeController(context: ControllerContext): Controller {
  return {
    name: 'volumes',
    watches: [
      own(refs.volumes),
      {
        ref: refs.claims,
        keys: ({ spec }) =>
          typeof spec?.volumeName === 'string' ? [{ namespace: undefined, name: spec.volumeName }] : [],
      },
    ],
    reconcile: (key) => void reconcileVolume(context, key),
  };
}

function claimNames({ spec }: KubeObject): string[] {
  const names = ((spec?.volumes ?? []) as V1Volume[]).map((volume) => volume.persistentVolumeClaim?.claimName);
  return names.filter((name) => name !== undefined);
}

interface ClaimRef {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

function claimRef({ spec }: KubeObject): ClaimRef | undefined {
  return spec?.claimRef as ClaimRef | undefined;
}

function claimOfVolume(volume: KubeObject): readonly Key[] {
  const ref = claimRef(volume);
  return ref ? [{ namespace: ref.namespace, name: ref.name }] : [];
}

function reconcileClaim(context: ControllerContext, { namespace, name }: Key): void {
  const { store } = context;
  const claim = store.get(refs.claims, namespace, name);
  if (!claim) return;
  const users = store.list(refs.pods, namespace).filter((pod) => claimNames(pod).includes(name) && !isOver(pod));
  if (claim.metadata.deletionTimestamp !== undefined) {
    if (users.length > 0) return;
    store.change(refs.claims, namespace, name, ({ metadata }) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter((each) => each !== claimFinalizer);
    });
    return;
  }
  const spec = claim.spec as unknown as V1PersistentVolumeClaimSpec;
  if (claim.status?.phase === 'Bound') keepVolume(context, claim);
  else if (spec.volumeName) bind(context, claim, spec.volumeName);
  else bindNew(context, claim, users);
}

/** Gives a claim a volume of its own, if its class makes any and its time has come. */
function bindNew(context: ControllerContext, claim: KubeObject, users: readonly KubeObject[]): void {
  const { store } = context;
  const spec = claim.spec as unknown as V1PersistentVolumeClaimSpec;
  const storageClass = store.get(refs.storageClasses, undefined, spec.storageClassName ?? '');
  if (storageClass?.provisioner !== provisioner) return;
  const isWanted =
    storageClass.volumeBindingMode === 'Immediate' || users.some((pod) => pod.spec?.nodeName !== undefined);
  if (!isWanted) {
    context.events.record(
      claim,
      'Normal',
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
      'persistentvolume-controller',
    );
    return;
  }
  bind(context, claim, provision(context, claim, storageClass));
}

/** A claim whose volume was deleted under it is lost. */
function keepVolume({ store }: ControllerContext, claim: KubeObject): void {
  if (store.get(refs.volumes, undefined, String(claim.spec?.volumeName))) return;
  store.change(refs.claims, claim.metadata.namespace, claim.metadata.name, (object) => {
    object.status = { ...object.status, phase: 'Lost' };
  });
}

function provision({ store, events }: ControllerContext, claim: KubeObject, storageClass: KubeObject): string {
  const spec = claim.spec as unknown as V1PersistentVolumeClaimSpec;
  const { namespace = 'default', name: claimName, uid = '' } = claim.metadata;
  const name = `pvc-${uid}`;
  if (store.get(refs.volumes, undefined, name)) return name;
  const node = store.list(refs.nodes)[0]?.metadata.name ?? '';
  store.create(refs.volumes, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner } },
    spec: {
      accessModes: spec.accessModes ?? ['ReadWriteOnce'],
      capacity: { storage: spec.resources?.requests?.storage ?? '1Gi' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claimName, uid },
      hostPath: { path: `/var/lib/rancher/k3s/storage/${name}_${namespace}_${claimName}`, type: 'DirectoryOrCreate' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [node] }] },
          ],
        },
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
      storageClassName: storageClass.metadata.name,
      volumeMode: spec.volumeMode ?? 'Filesystem',
    },
  });
  events.record(
    claim,
    'Normal',
    'ProvisioningSucceeded',
    `Successfully provisioned volume ${name}`,
    `${provisioner}_local-path-provisioner`,
  );
  return name;
}

function bind({ store }: ControllerContext, claim: KubeObject, volumeName: string): void {
  const { namespace = 'default', name, uid = '' } = claim.metadata;
  const volume = store.get(refs.volumes, undefined, volumeName);
  const holder = volume && claimRef(volume);
  if (
    !volume ||
    (holder && (holder.namespace !== namespace || holder.name !== name || (holder.uid && holder.uid !== uid)))
  )
    return;
  store.change(refs.volumes, undefined, volumeName, (object) => {
    object.spec = {
      ...object.spec,
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid },
    };
    object.status = { phase: 'Bound' };
  });
  store.change(refs.claims, namespace, name, (object) => {
    const isDynamic = volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] === provisioner;
    object.metadata.annotations = {
      ...object.metadata.annotations,
      'pv.kubernetes.io/bind-completed': 'yes',
      ...(isDynamic ? dynamicAnnotations(store) : {}),
    };
    object.spec = { ...object.spec, volumeName };
    object.status = { phase: 'Bound', accessModes: volume.spec?.accessModes, capacity: volume.spec?.capacity };
  });
}

/** What stays on a claim of how its volume came to be. */
function dynamicAnnotations(store: ControllerContext['store']): Record<string, string> {
  return {
    'pv.kubernetes.io/bound-by-controller': 'yes',
    'volume.beta.kubernetes.io/storage-provisioner': provisioner,
    'volume.kubernetes.io/selected-node': store.list(refs.nodes)[0]?.metadata.name ?? '',
    'volume.kubernetes.io/storage-provisioner': provisioner,
  };
}

function reconcileVolume({ store }: ControllerContext, { name }: Key): void {
  const volume = store.get(refs.volumes, undefined, name);
  if (!volume) return;
  const ref = claimRef(volume);
  const holder = ref && store.get(refs.claims, ref.namespace, ref.name);
  const isBound = holder !== undefined && (ref?.uid === undefined || holder.metadata.uid === ref.uid);
  if (volume.metadata.deletionTimestamp !== undefined) {
    if (isBound) return;
    store.change(refs.volumes, undefined, name, ({ metadata }) => {
      metadata.finalizers = (metadata.finalizers ?? []).filter((each) => each !== volumeFinalizer);
    });
  } else if (ref && !isBound && volume.status?.phase === 'Bound') {
    store.change(refs.volumes, undefined, name, (object) => {
      object.status = { phase: 'Released' };
    });
    if (volume.spec?.persistentVolumeReclaimPolicy === 'Delete') store.delete(refs.volumes, undefined, name);
  }
}
