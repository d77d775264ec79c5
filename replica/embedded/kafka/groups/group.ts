import { randomUUID } from 'node:crypto';
import { errors } from '../wire/errors.ts';

export type GroupStateName = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

interface Protocol {
  readonly name: string;
  readonly metadata: Buffer;
}

export interface JoinRequest {
  readonly memberId: string;
  readonly clientId: string;
  readonly clientHost: string;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly protocolType: string;
  readonly protocols: readonly Protocol[];
  /** From version 4 on a new member is told its id first and joins with it (KIP-394). */
  readonly idRequired: boolean;
}

export interface JoinAnswer {
  readonly errorCode: number;
  readonly generationId: number;
  readonly protocolName: string;
  readonly leader: string;
  readonly memberId: string;
  readonly members: readonly { readonly memberId: string; readonly metadata: Buffer }[];
}

export interface SyncAnswer {
  readonly errorCode: number;
  readonly assignment: Buffer;
}

export interface CommittedOffset {
  readonly offset: number;
  readonly leaderEpoch: number;
  readonly metadata: string;
}

interface Member {
  readonly memberId: string;
  readonly clientId: string;
  readonly clientHost: string;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  protocols: readonly Protocol[];
  assignment: Buffer;
  joining?: ((answer: JoinAnswer) => void) | undefined;
  syncing?: ((answer: SyncAnswer) => void) | undefined;
  session?: NodeJS.Timeout;
}

const none = Buffer.alloc(0);
const sessionTimeoutMs = { min: 6_000, max: 1_800_000 }; // group.min.session.timeout.ms, group.max.session.timeout.ms

/**
 * A consumer group as Kafka's classic group coordinator keeps it: members, generations, rebalances, offsets. The rules
 * are those of org.apache.kafka.coordinator.group; static membership is not among them.
 */
export class Group {
  readonly id: string;
  /** Committed offsets by topic and partition. */
  readonly offsets = new Map<string, Map<number, CommittedOffset>>();
  readonly #log: (line: string) => void;
  readonly #members = new Map<string, Member>();
  /** Ids given out to members that have not joined with them yet. */
  readonly #promised = new Map<string, NodeJS.Timeout>();
  #state: GroupStateName = 'Empty';
  #generation = 0;
  #leader = '';
  #protocolType = '';
  #protocolName = '';
  #rebalance: NodeJS.Timeout | undefined;

  constructor(id: string, log: (line: string) => void) {
    this.id = id;
    this.#log = log;
  }

  get state(): GroupStateName {
    return this.#state;
  }

  get protocolType(): string {
    return this.#protocolType;
  }

  get protocolName(): string {
    return this.#protocolName;
  }

  /** The members as DescribeGroups shows them: metadata and assignment only once the group is stable. */
  members(): { memberId: string; clientId: string; clientHost: string; metadata: Buffer; assignment: Buffer }[] {
    const stable = this.#state === 'Stable';
    return [...this.#members.values()].map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: stable ? metadataOf(member, this.#protocolName) : none,
      assignment: stable ? member.assignment : none,
    }));
  }

  /** Resolves when the member has its place in a generation, which may take as long as the others need to rejoin. */
  join(request: JoinRequest): Promise<JoinAnswer> {
    const refuse = (errorCode: number, memberId = request.memberId) =>
      Promise.resolve({ errorCode, generationId: -1, protocolName: '', leader: '', memberId, members: [] });
    if (request.sessionTimeoutMs < sessionTimeoutMs.min || request.sessionTimeoutMs > sessionTimeoutMs.max) {
      return refuse(errors.invalidSessionTimeout);
    }
    if (this.#state === 'Dead') return refuse(errors.unknownMemberId);
    if (!this.#accepts(request)) return refuse(errors.inconsistentGroupProtocol);
    if (request.memberId === '') {
      const memberId = `${request.clientId}-${randomUUID()}`;
      if (!request.idRequired) return this.#admit(memberId, request);
      this.#promised.set(
        memberId,
        setTimeout(() => this.#forgetPromise(memberId), request.sessionTimeoutMs),
      );
      return refuse(errors.memberIdRequired, memberId);
    }
    const promise = this.#promised.get(request.memberId);
    if (promise !== undefined) {
      clearTimeout(promise);
      this.#promised.delete(request.memberId);
      return this.#admit(request.memberId, request);
    }
    const member = this.#members.get(request.memberId);
    return member === undefined ? refuse(errors.unknownMemberId) : this.#rejoin(member, request);
  }

  /** Resolves with the member's assignment once the leader has sent it. */
  sync(
    memberId: string,
    generationId: number,
    assignments: readonly { memberId: string; assignment: Buffer }[],
  ): Promise<SyncAnswer> {
    const refuse = (errorCode: number) => Promise.resolve({ errorCode, assignment: none });
    const member = this.#members.get(memberId);
    if (member === undefined) return refuse(errors.unknownMemberId);
    if (generationId !== this.#generation) return refuse(errors.illegalGeneration);
    if (this.#state === 'PreparingRebalance') return refuse(errors.rebalanceInProgress);
    this.#keepAlive(member);
    if (this.#state === 'Stable') return Promise.resolve({ errorCode: errors.none, assignment: member.assignment });
    return new Promise((resolve) => {
      member.syncing = resolve;
      if (memberId === this.#leader) this.#assign(assignments);
    });
  }

  heartbeat(memberId: string, generationId: number): number {
    const member = this.#members.get(memberId);
    if (member === undefined) return errors.unknownMemberId;
    if (generationId !== this.#generation) return errors.illegalGeneration;
    this.#keepAlive(member);
    return this.#state === 'PreparingRebalance' ? errors.rebalanceInProgress : errors.none;
  }

  leave(memberId: string): number {
    if (this.#promised.has(memberId)) {
      this.#forgetPromise(memberId);
      return errors.none;
    }
    const member = this.#members.get(memberId);
    if (member === undefined) return errors.unknownMemberId;
    this.#remove(member, 'it left');
    return errors.none;
  }

  /** The error with which a commit by this member in this generation is refused; none lets it through. */
  commitError(memberId: string, generationId: number): number {
    if (generationId < 0 && this.#state === 'Empty') return errors.none; // a consumer that keeps offsets here without a membership
    const member = this.#members.get(memberId);
    if (member === undefined) return errors.unknownMemberId;
    if (generationId !== this.#generation) return errors.illegalGeneration;
    if (this.#state === 'CompletingRebalance') return errors.rebalanceInProgress;
    this.#keepAlive(member);
    return errors.none;
  }

  commit(topic: string, partition: number, committed: CommittedOffset): void {
    const partitions = this.offsets.get(topic) ?? new Map<number, CommittedOffset>();
    partitions.set(partition, committed);
    this.offsets.set(topic, partitions);
  }

  /** The group is deleted; whoever still holds it gets no answer from it but errors. */
  die(): void {
    this.suspend();
    this.#state = 'Dead';
  }

  /** The broker stops: a stable group stays as it is, one in a rebalance loses its members, as they find on reconnecting. */
  suspend(): void {
    for (const timer of this.#promised.values()) clearTimeout(timer);
    this.#promised.clear();
    clearTimeout(this.#rebalance);
    for (const member of this.#members.values()) clearTimeout(member.session);
    if (this.#state === 'Stable' || this.#members.size === 0) return;
    this.#members.clear();
    this.#state = 'Empty';
  }

  /** The broker is back: sessions begin anew. */
  resume(): void {
    for (const member of this.#members.values()) this.#keepAlive(member);
  }

  #accepts(request: JoinRequest): boolean {
    if (request.protocolType === '' || request.protocols.length === 0) return false;
    const others = [...this.#members.values()].filter((member) => member.memberId !== request.memberId);
    if (this.#members.size > 0 && request.protocolType !== this.#protocolType) return false;
    return request.protocols.some((protocol) => others.every((member) => supports(member, protocol.name)));
  }

  #admit(memberId: string, request: JoinRequest): Promise<JoinAnswer> {
    const member: Member = {
      memberId,
      clientId: request.clientId,
      clientHost: request.clientHost,
      sessionTimeoutMs: request.sessionTimeoutMs,
      rebalanceTimeoutMs: request.rebalanceTimeoutMs,
      protocols: request.protocols,
      assignment: none,
    };
    if (this.#members.size === 0) {
      this.#protocolType = request.protocolType;
      this.#leader = memberId;
    }
    this.#members.set(memberId, member);
    return this.#await(member, `member ${memberId} joins`);
  }

  #rejoin(member: Member, request: JoinRequest): Promise<JoinAnswer> {
    const changed = !sameProtocols(member.protocols, request.protocols);
    const mayStay =
      !changed &&
      (this.#state === 'CompletingRebalance' || (this.#state === 'Stable' && member.memberId !== this.#leader));
    this.#keepAlive(member);
    if (mayStay) return Promise.resolve(this.#joined(member));
    member.protocols = request.protocols;
    member.sessionTimeoutMs = request.sessionTimeoutMs;
    member.rebalanceTimeoutMs = request.rebalanceTimeoutMs;
    return this.#await(member, `member ${member.memberId} joins again`);
  }

  #await(member: Member, reason: string): Promise<JoinAnswer> {
    return new Promise((resolve) => {
      member.joining?.(this.#failed(member, errors.unknownMemberId)); // the same member twice: the newer request counts
      member.joining = resolve;
      this.#keepAlive(member);
      if (this.#state === 'PreparingRebalance') this.#completeWhenAllJoined();
      else this.#prepareRebalance(reason);
    });
  }

  #prepareRebalance(reason: string): void {
    this.#log(`kafka - group ${this.id} generation ${this.#generation}: preparing to rebalance, ${reason}`);
    clearTimeout(this.#rebalance);
    for (const member of this.#members.values()) {
      member.syncing?.({ errorCode: errors.rebalanceInProgress, assignment: none });
      member.syncing = undefined;
    }
    this.#state = 'PreparingRebalance';
    const longest = Math.max(0, ...[...this.#members.values()].map((member) => member.rebalanceTimeoutMs));
    this.#rebalance = setTimeout(() => this.#completeJoin(), longest);
    this.#completeWhenAllJoined();
  }

  #completeWhenAllJoined(): void {
    if (this.#promised.size > 0) return;
    for (const member of this.#members.values()) if (member.joining === undefined) return;
    this.#completeJoin();
  }

  #completeJoin(): void {
    clearTimeout(this.#rebalance);
    for (const member of [...this.#members.values()]) if (member.joining === undefined) this.#drop(member);
    this.#generation += 1;
    if (this.#members.size === 0) {
      this.#state = 'Empty';
      this.#protocolName = '';
      this.#log(`kafka - group ${this.id} generation ${this.#generation} is now empty`);
      return;
    }
    this.#protocolName = electProtocol([...this.#members.values()]);
    this.#state = 'CompletingRebalance';
    for (const member of this.#members.values()) {
      member.joining?.(this.#joined(member));
      member.joining = undefined;
      this.#keepAlive(member);
    }
    const longest = Math.max(...[...this.#members.values()].map((member) => member.rebalanceTimeoutMs));
    this.#rebalance = setTimeout(() => this.#dropUnsynced(), longest);
  }

  #joined(member: Member): JoinAnswer {
    const isLeader = member.memberId === this.#leader;
    const all = isLeader ? [...this.#members.values()] : [];
    return {
      errorCode: errors.none,
      generationId: this.#generation,
      protocolName: this.#protocolName,
      leader: this.#leader,
      memberId: member.memberId,
      members: all.map((other) => ({ memberId: other.memberId, metadata: metadataOf(other, this.#protocolName) })),
    };
  }

  #failed(member: Member, errorCode: number): JoinAnswer {
    return { errorCode, generationId: -1, protocolName: '', leader: '', memberId: member.memberId, members: [] };
  }

  #assign(assignments: readonly { memberId: string; assignment: Buffer }[]): void {
    clearTimeout(this.#rebalance);
    const byMember = new Map(assignments.map((entry) => [entry.memberId, entry.assignment]));
    this.#state = 'Stable';
    this.#log(`kafka - group ${this.id} generation ${this.#generation} is stable with ${this.#members.size} members`);
    for (const member of this.#members.values()) {
      member.assignment = byMember.get(member.memberId) ?? none;
      member.syncing?.({ errorCode: errors.none, assignment: member.assignment });
      member.syncing = undefined;
    }
  }

  #dropUnsynced(): void {
    for (const member of [...this.#members.values()]) if (member.syncing === undefined) this.#drop(member);
    this.#prepareRebalance('members did not ask for their assignment in time');
  }

  #keepAlive(member: Member): void {
    clearTimeout(member.session);
    member.session = setTimeout(() => {
      // One that waits for the others' answers cannot send a heartbeat.
      if (member.joining !== undefined || member.syncing !== undefined) this.#keepAlive(member);
      else this.#remove(member, `no heartbeat of member ${member.memberId} within ${member.sessionTimeoutMs} ms`);
    }, member.sessionTimeoutMs);
  }

  #remove(member: Member, reason: string): void {
    member.joining?.(this.#failed(member, errors.unknownMemberId));
    member.syncing?.({ errorCode: errors.unknownMemberId, assignment: none });
    this.#drop(member);
    if (this.#state === 'PreparingRebalance') this.#completeWhenAllJoined();
    else this.#prepareRebalance(reason);
  }

  #drop(member: Member): void {
    clearTimeout(member.session);
    this.#members.delete(member.memberId);
    if (this.#leader === member.memberId) this.#leader = this.#members.keys().next().value ?? '';
  }

  #forgetPromise(memberId: string): void {
    clearTimeout(this.#promised.get(memberId));
    this.#promised.delete(memberId);
    if (this.#state === 'PreparingRebalance') this.#completeWhenAllJoined();
  }
}

function supports(member: Member, protocol: string): boolean {
  return member.protocols.some((supported) => supported.name === protocol);
}

function metadataOf(member: Member, protocol: string): Buffer {
  return member.protocols.find((supported) => supported.name === protocol)?.metadata ?? none;
}

function sameProtocols(left: readonly Protocol[], right: readonly Protocol[]): boolean {
  return (
    left.length === right.length &&
    left.every((protocol, index) => {
      const other = right[index];
      return other !== undefined && protocol.name === other.name && protocol.metadata.equals(other.metadata);
    })
  );
}

/** Each member votes for the first of its protocols that all support; most votes win, the earlier voted in a tie. */
function electProtocol(members: readonly Member[]): string {
  const votes = new Map<string, number>();
  for (const member of members) {
    const vote =
      member.protocols.find((protocol) => members.every((other) => supports(other, protocol.name)))?.name ?? '';
    votes.set(vote, (votes.get(vote) ?? 0) + 1);
  }
  return [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}
