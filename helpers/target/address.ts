import type { Address } from './target.ts';

/** In words: `timescaledb/timescaledb:5432`, `redpanda-v2/pod redpanda-v2-0:9092`. */
export function addressName(address: Address): string {
  const name = 'pod' in address ? `pod ${address.pod}` : address.service;
  return `${address.namespace}/${name}:${address.port}`;
}
