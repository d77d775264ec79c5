import type { KubeObject, ResourceRef } from '../object.ts';
import type { ResourceType } from '../resources.ts';

/** How a resource is shown that is stored as another. */
export interface View {
  readonly stored: ResourceRef;
  show(object: KubeObject): KubeObject;
  /** The object as it is stored. */
  take(object: KubeObject): KubeObject;
}

const renamed: Readonly<Record<string, string>> = {
  involvedObject: 'regarding',
  message: 'note',
  count: 'deprecatedCount',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  source: 'deprecatedSource',
  reportingComponent: 'reportingController',
};
const original = Object.fromEntries(Object.entries(renamed).map(([from, to]) => [to, from]));

function rename(object: KubeObject, names: Readonly<Record<string, string>>, apiVersion: string): KubeObject {
  const entries = Object.entries(object).map(([member, value]) => [names[member] ?? member, value]);
  return { ...Object.fromEntries(entries), apiVersion };
}

/** Events have two APIs over one store. */
const newEvents: View = {
  stored: { group: '', resource: 'events' },
  show: (object) => rename(object, renamed, 'events.k8s.io/v1'),
  take: (object) => rename(object, original, 'v1'),
};

const asStored = (type: ResourceType): View => ({ stored: type, show: (object) => object, take: (object) => object });

export function viewOf(type: ResourceType): View {
  return type.group === 'events.k8s.io' ? newEvents : asStored(type);
}
