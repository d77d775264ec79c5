/**
 * What a consumer may commit of each partition: everything before the oldest record that is not dealt with yet. So one
 * record that cannot be stored holds the committed offset while later records go on.
 */
export class OffsetTracker {
  readonly #partitions = new Map<
    string,
    { topic: string; partition: number; next: number; open: Set<number>; committed: number }
  >();

  received(topic: string, partition: number, offset: number): void {
    const at = this.#at(topic, partition, offset);
    at.open.add(offset);
    at.next = Math.max(at.next, offset + 1);
  }

  done(topic: string, partition: number, offset: number): void {
    this.#at(topic, partition, offset).open.delete(offset);
  }

  /** What moved since the last call. */
  takeCommittable(): { topic: string; partition: number; offset: string }[] {
    const moved = [];
    for (const at of this.#partitions.values()) {
      const offset = at.open.size > 0 ? Math.min(...at.open) : at.next;
      if (offset <= at.committed) continue;
      at.committed = offset;
      moved.push({ topic: at.topic, partition: at.partition, offset: String(offset) });
    }
    return moved;
  }

  #at(topic: string, partition: number, offset: number) {
    const key = `${topic}/${partition}`;
    let at = this.#partitions.get(key);
    if (!at) {
      // The first offset seen is where the group stood: nothing to commit before it is dealt with.
      at = { topic, partition, next: offset, open: new Set(), committed: offset };
      this.#partitions.set(key, at);
    }
    return at;
  }
}
