import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { errors } from '../wire/errors.ts';
import { Group, type JoinAnswer, type JoinRequest } from './group.ts';

const session = 10_000;
const rebalance = 30_000;

function request(memberId: string, change: Partial<JoinRequest> = {}): JoinRequest {
  return {
    memberId,
    clientId: 'sink',
    clientHost: '/10.42.0.7',
    sessionTimeoutMs: session,
    rebalanceTimeoutMs: rebalance,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.from('topics') }],
    idRequired: false,
    ...change,
  };
}

describe('a consumer group', () => {
  let group: Group;

  beforeEach(() => {
    vi.useFakeTimers();
    group = new Group('sinks', () => {});
  });
  afterEach(() => {
    group.suspend();
    vi.useRealTimers();
  });

  async function settle(joined: JoinAnswer, assignment = 'all'): Promise<void> {
    const assignments = joined.members.map(({ memberId }) => ({ memberId, assignment: Buffer.from(assignment) }));
    await group.sync(joined.memberId, joined.generationId, assignments);
  }

  async function firstMember(): Promise<JoinAnswer> {
    const joined = await group.join(request(''));
    await settle(joined);
    return joined;
  }

  test('begins Empty, and is Stable when its leader has shared out the work', async () => {
    expect(group.state).toBe('Empty');
    const joined = await group.join(request(''));
    expect(group.state).toBe('CompletingRebalance');
    expect(joined).toMatchObject({ errorCode: 0, generationId: 1, leader: joined.memberId, protocolName: 'range' });
    await settle(joined);
    expect(group.state).toBe('Stable');
    expect(group.members()).toMatchObject([
      { clientId: 'sink', clientHost: '/10.42.0.7', assignment: Buffer.from('all') },
    ]);
  });

  test('waits for its members to join again when a new one comes, and tells them by their heartbeats', async () => {
    const first = await firstMember();
    const second = group.join(request('', { clientId: 'other' }));
    expect(group.state).toBe('PreparingRebalance');
    expect(group.heartbeat(first.memberId, 1)).toBe(errors.rebalanceInProgress);
    expect((await group.sync(first.memberId, 1, [])).errorCode).toBe(errors.rebalanceInProgress);
    const again = await group.join(request(first.memberId));
    const joined = await second;
    expect([again.generationId, joined.generationId]).toEqual([2, 2]);
    expect(again.members.map(({ memberId }) => memberId)).toEqual([first.memberId, joined.memberId]);
    expect(joined.members).toEqual([]);
    const waiting = group.sync(joined.memberId, 2, []);
    await settle(again, 'half');
    expect((await waiting).assignment).toEqual(Buffer.from('half'));
  });

  test('goes on without a member that does not join again in time', async () => {
    const first = await firstMember();
    const second = group.join(request(''));
    // Its heartbeats keep the session, and still it does not join.
    for (let elapsed = 0; elapsed < rebalance; elapsed += session / 2) {
      group.heartbeat(first.memberId, 1);
      await vi.advanceTimersByTimeAsync(session / 2);
    }
    const joined = await second;
    expect(joined.leader).toBe(joined.memberId);
    expect(group.heartbeat(first.memberId, 1)).toBe(errors.unknownMemberId);
  });

  test('drops a member whose heartbeats stop, and keeps one whose do not', async () => {
    const { memberId } = await firstMember();
    await vi.advanceTimersByTimeAsync(session - 1);
    expect(group.heartbeat(memberId, 1)).toBe(errors.none);
    await vi.advanceTimersByTimeAsync(session - 1);
    expect(group.state).toBe('Stable');
    await vi.advanceTimersByTimeAsync(1);
    expect(group.state).toBe('Empty');
    expect(group.members()).toEqual([]);
  });

  test('rebalances when a member did not ask for its assignment in time', async () => {
    const joined = await group.join(request(''));
    expect(group.state).toBe('CompletingRebalance');
    for (let elapsed = 0; elapsed < rebalance; elapsed += session / 2) {
      group.heartbeat(joined.memberId, 1);
      await vi.advanceTimersByTimeAsync(session / 2);
    }
    expect(group.state).toBe('Empty');
  });

  test('gives a follower that asks again its place without a rebalance, the leader a new generation', async () => {
    const leader = await firstMember();
    const second = group.join(request(''));
    const again = await group.join(request(leader.memberId));
    const follower = await second;
    await settle(again);
    expect(await group.join(request(follower.memberId))).toMatchObject({ errorCode: 0, generationId: 2 });
    expect(group.state).toBe('Stable');
    const leaderAgain = group.join(request(leader.memberId));
    expect(group.state).toBe('PreparingRebalance');
    await group.join(request(follower.memberId));
    expect((await leaderAgain).generationId).toBe(3);
  });

  test('hands the lead on when the leader leaves', async () => {
    const leader = await firstMember();
    const second = group.join(request(''));
    await settle(await group.join(request(leader.memberId)));
    const follower = await second;
    expect(group.leave(leader.memberId)).toBe(errors.none);
    expect(await group.join(request(follower.memberId))).toMatchObject({ leader: follower.memberId, generationId: 3 });
  });

  test('chooses the protocol that most members prefer among those that all know', async () => {
    const protocols = (...names: string[]) => ({
      protocols: names.map((name) => ({ name, metadata: Buffer.from(name) })),
    });
    const first = await group.join(request('', protocols('sticky', 'range', 'roundrobin')));
    await settle(first);
    const others = [
      group.join(request('', protocols('roundrobin', 'range'))),
      group.join(request('', protocols('roundrobin', 'range'))),
    ];
    const again = await group.join(request(first.memberId, protocols('sticky', 'range', 'roundrobin')));
    await Promise.all(others);
    expect(again.protocolName).toBe('roundrobin');
    expect((await group.join(request('', protocols('sticky')))).errorCode).toBe(errors.inconsistentGroupProtocol);
    expect((await group.join(request('', { protocolType: 'connect' }))).errorCode).toBe(
      errors.inconsistentGroupProtocol,
    );
  });

  test('gives a new member its id first where the version asks for it, and forgets an id that is not used', async () => {
    const told = await group.join(request('', { idRequired: true }));
    expect(told.errorCode).toBe(errors.memberIdRequired);
    expect(group.state).toBe('Empty');
    await vi.advanceTimersByTimeAsync(session);
    expect((await group.join(request(told.memberId, { idRequired: true }))).errorCode).toBe(errors.unknownMemberId);
    const toldAgain = await group.join(request('', { idRequired: true }));
    expect((await group.join(request(toldAgain.memberId, { idRequired: true }))).errorCode).toBe(errors.none);
  });

  test('waits for a member that has been given its id, as long as its session would last', async () => {
    await group.join(request('', { idRequired: true }));
    let joined = false;
    const first = group.join(request('')).then(() => {
      joined = true;
    });
    await vi.advanceTimersByTimeAsync(session - 1);
    expect(joined).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await first;
  });

  test('keeps a stable membership over a stop of the broker, and sessions begin anew', async () => {
    const { memberId } = await firstMember();
    group.suspend();
    await vi.advanceTimersByTimeAsync(10 * session);
    group.resume();
    expect(group.heartbeat(memberId, 1)).toBe(errors.none);
    await vi.advanceTimersByTimeAsync(session);
    expect(group.state).toBe('Empty');
  });

  test('that was in a rebalance when the broker stopped begins Empty', async () => {
    const { memberId } = await firstMember();
    void group.join(request(''));
    group.suspend();
    group.resume();
    expect(group.state).toBe('Empty');
    expect(group.heartbeat(memberId, 1)).toBe(errors.unknownMemberId);
    expect((await group.join(request(''))).generationId).toBe(2);
  });

  test('takes offsets of its members only, and of anybody while it is empty', async () => {
    expect(group.commitError('', -1)).toBe(errors.none);
    const { memberId } = await firstMember();
    expect(group.commitError(memberId, 1)).toBe(errors.none);
    expect(group.commitError(memberId, 0)).toBe(errors.illegalGeneration);
    expect(group.commitError('', -1)).toBe(errors.unknownMemberId);
  });
});
