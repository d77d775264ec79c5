import { randomBytes } from 'node:crypto';

/** A name that no earlier run has used: what a contract makes in a real system may outlive it. */
export function randomName(): string {
  return `contract-${randomBytes(5).toString('hex')}`;
}
