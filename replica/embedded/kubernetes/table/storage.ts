import type { KubeObject } from '../object.ts';
import { age, column, type Loose, loose, nameColumn, type Printer, text, wide } from './printer.ts';

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

function accessModes(modes: unknown): string {
  return Array.isArray(modes) ? modes.map((mode) => shortModes[mode] ?? text(mode)).join(',') : '';
}

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? text(object.status?.phase) : 'Terminating';
}

export const claimPrinter: Printer = {
  columns: [
    nameColumn,
    column('Status'),
    column('Volume'),
    column('Capacity'),
    column('Access Modes'),
    column('StorageClass'),
    column('VolumeAttributesClass'),
    column('Age'),
    column('VolumeMode', wide),
  ],
  cells: (object, now) => {
    const volume = text(object.spec?.volumeName);
    return [
      object.metadata.name,
      phase(object),
      volume,
      volume === '' ? '' : text(loose(object.status?.capacity).storage),
      volume === '' ? '' : accessModes(object.status?.accessModes),
      text(object.spec?.storageClassName),
      text(object.spec?.volumeAttributesClassName) || '<unset>',
      age(object, now),
      text(object.spec?.volumeMode) || '<unset>',
    ];
  },
};

export const volumePrinter: Printer = {
  columns: [
    nameColumn,
    column('Capacity'),
    column('Access Modes'),
    column('Reclaim Policy'),
    column('Status'),
    column('Claim'),
    column('StorageClass'),
    column('VolumeAttributesClass'),
    column('Reason'),
    column('Age'),
    column('VolumeMode', wide),
  ],
  cells: (object, now) => {
    const claim: Loose = loose(object.spec?.claimRef);
    return [
      object.metadata.name,
      text(loose(object.spec?.capacity).storage),
      accessModes(object.spec?.accessModes),
      text(object.spec?.persistentVolumeReclaimPolicy),
      phase(object),
      claim.name === undefined ? '' : `${claim.namespace}/${claim.name}`,
      text(object.spec?.storageClassName),
      text(object.spec?.volumeAttributesClassName) || '<unset>',
      text(object.status?.reason),
      age(object, now),
      text(object.spec?.volumeMode) || '<unset>',
    ];
  },
};

export const storageClassPrinter: Printer = {
  columns: [
    nameColumn,
    column('Provisioner'),
    column('ReclaimPolicy'),
    column('VolumeBindingMode'),
    column('AllowVolumeExpansion', { type: 'boolean' }),
    column('Age'),
  ],
  cells: (object, now) => {
    const isDefault = object.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    return [
      isDefault ? `${object.metadata.name} (default)` : object.metadata.name,
      text(object.provisioner),
      text(object.reclaimPolicy),
      text(object.volumeBindingMode),
      object.allowVolumeExpansion === true,
      age(object, now),
    ];
  },
};
