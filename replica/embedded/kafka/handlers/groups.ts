import type { CommittedOffset, Group } from '../groups/group.ts';
import { type BrokerState, groupOf, partitionOf } from '../state.ts';
import { errors } from '../wire/errors.ts';
import {
  deleteGroups,
  describeGroups,
  findCoordinator,
  heartbeat,
  joinGroup,
  leaveGroup,
  listGroups,
  offsetCommit,
  offsetFetch,
  syncGroup,
} from '../wire/group-apis.ts';
import { endpoint } from './endpoint.ts';

export const findCoordinatorEndpoint = endpoint(findCoordinator, (_request, { nodeId, advertised }) => ({
  throttleTimeMs: 0,
  errorCode: errors.none,
  errorMessage: null,
  nodeId,
  host: advertised.host,
  port: advertised.port,
}));

export const joinGroupEndpoint = endpoint(joinGroup, async (request, { state, clientId, clientHost, version }) => {
  const refused = refusal(request);
  const group =
    request.memberId === '' && refused === undefined
      ? groupOf(state, request.groupId)
      : state.groups.get(request.groupId);
  if (refused !== undefined || group === undefined) {
    const errorCode = refused ?? errors.unknownMemberId;
    return {
      throttleTimeMs: 0,
      errorCode,
      generationId: -1,
      protocolName: '',
      leader: '',
      memberId: request.memberId,
      members: [],
    };
  }
  const joined = await group.join({
    memberId: request.memberId,
    clientId,
    clientHost,
    sessionTimeoutMs: request.sessionTimeoutMs,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs < 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
    protocolType: request.protocolType,
    protocols: request.protocols,
    idRequired: version >= 4,
  });
  const members = joined.members.map((member) => ({ ...member, groupInstanceId: null }));
  return { throttleTimeMs: 0, ...joined, members };
});

/** An empty group id is no group; a static member's id would be a promise that this broker does not keep. */
function refusal(request: { readonly groupId: string; readonly groupInstanceId: string | null }): number | undefined {
  if (request.groupId === '') return errors.invalidGroupId;
  return request.groupInstanceId === null ? undefined : errors.unsupportedVersion;
}

export const syncGroupEndpoint = endpoint(syncGroup, async (request, { state }) => {
  const group = state.groups.get(request.groupId);
  if (group === undefined) return { throttleTimeMs: 0, errorCode: errors.unknownMemberId, assignment: Buffer.alloc(0) };
  return { throttleTimeMs: 0, ...(await group.sync(request.memberId, request.generationId, request.assignments)) };
});

export const heartbeatEndpoint = endpoint(heartbeat, (request, { state }) => ({
  throttleTimeMs: 0,
  errorCode:
    state.groups.get(request.groupId)?.heartbeat(request.memberId, request.generationId) ?? errors.unknownMemberId,
}));

export const leaveGroupEndpoint = endpoint(leaveGroup, (request, { state, version }) => {
  const leave = (memberId: string) => state.groups.get(request.groupId)?.leave(memberId) ?? errors.unknownMemberId;
  if (version < 3) return { throttleTimeMs: 0, errorCode: leave(request.memberId), members: [] };
  const members = request.members.map((member) => ({ ...member, errorCode: leave(member.memberId) }));
  return { throttleTimeMs: 0, errorCode: errors.none, members };
});

export const offsetCommitEndpoint = endpoint(offsetCommit, (request, { state }) => {
  const error = commitError(state, request);
  const group = error === errors.none ? groupOf(state, request.groupId) : undefined;
  return {
    throttleTimeMs: 0,
    topics: request.topics.map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.map(({ partition, offset, leaderEpoch, metadata }) => {
        if (group === undefined) return { partition, errorCode: error };
        if (partitionOf(state, topic.name, partition) === undefined) {
          return { partition, errorCode: errors.unknownTopicOrPartition };
        }
        group.commit(topic.name, partition, { offset, leaderEpoch, metadata: metadata ?? '' });
        return { partition, errorCode: errors.none };
      }),
    })),
  };
});

function commitError(
  state: BrokerState,
  request: { readonly groupId: string; readonly memberId: string; readonly generationId: number },
): number {
  if (request.groupId === '') return errors.invalidGroupId;
  const group = state.groups.get(request.groupId);
  if (group !== undefined) return group.commitError(request.memberId, request.generationId);
  return request.generationId < 0 ? errors.none : errors.illegalGeneration;
}

/** No offset committed, and no such group, both answer -1 without an error. */
export const offsetFetchEndpoint = endpoint(offsetFetch, (request, { state }) => {
  const offsets = state.groups.get(request.groupId)?.offsets;
  const wanted =
    request.topics ?? [...(offsets ?? [])].map(([name, partitions]) => ({ name, partitions: [...partitions.keys()] }));
  return {
    throttleTimeMs: 0,
    topics: wanted.map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.map((partition) => ({
        partition,
        ...(offsets?.get(topic.name)?.get(partition) ?? nothingCommitted),
        errorCode: errors.none,
      })),
    })),
    errorCode: errors.none,
  };
});

const nothingCommitted: CommittedOffset = { offset: -1, leaderEpoch: -1, metadata: '' };

export const listGroupsEndpoint = endpoint(listGroups, (request, { state }) => {
  const wanted = (group: Group) => request.states.length === 0 || request.states.includes(group.state);
  return {
    throttleTimeMs: 0,
    errorCode: errors.none,
    groups: [...state.groups.values()]
      .filter(wanted)
      .map((group) => ({ groupId: group.id, protocolType: group.protocolType, state: group.state })),
  };
});

/** A group that does not exist is Dead and no error. */
export const describeGroupsEndpoint = endpoint(describeGroups, (request, { state }) => ({
  throttleTimeMs: 0,
  groups: request.groups.map((groupId) => {
    const group = state.groups.get(groupId);
    return {
      errorCode: errors.none,
      groupId,
      state: group?.state ?? 'Dead',
      protocolType: group?.protocolType ?? '',
      protocol: group?.state === 'Stable' ? group.protocolName : '',
      members: (group?.members() ?? []).map((member) => ({ ...member, groupInstanceId: null })),
      authorizedOperations: -2147483648,
    };
  }),
}));

export const deleteGroupsEndpoint = endpoint(deleteGroups, (request, { state }) => ({
  throttleTimeMs: 0,
  groups: request.groups.map((groupId) => {
    const group = state.groups.get(groupId);
    if (group === undefined) return { groupId, errorCode: errors.groupIdNotFound };
    if (group.state !== 'Empty') return { groupId, errorCode: errors.nonEmptyGroup };
    group.die();
    state.groups.delete(groupId);
    return { groupId, errorCode: errors.none };
  }),
}));
