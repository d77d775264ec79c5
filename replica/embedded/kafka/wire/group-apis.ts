import { defineApi } from './api.ts';
import {
  array,
  between,
  boolean,
  bytes,
  int8,
  int16,
  int32,
  int64,
  nullableArray,
  nullableString,
  since,
  string,
  struct,
} from './codec.ts';

export const findCoordinator = defineApi({
  name: 'FindCoordinator',
  key: 10,
  min: 0,
  max: 3,
  flexibleFrom: 3,
  request: struct({ key: string, keyType: since(1, int8, 0) }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: int16,
    errorMessage: since(1, nullableString, null),
    nodeId: int32,
    host: string,
    port: int32,
  }),
});

export const joinGroup = defineApi({
  name: 'JoinGroup',
  key: 11,
  min: 0,
  max: 6,
  flexibleFrom: 6,
  request: struct({
    groupId: string,
    sessionTimeoutMs: int32,
    rebalanceTimeoutMs: since(1, int32, -1),
    memberId: string,
    groupInstanceId: since(5, nullableString, null),
    protocolType: string,
    protocols: array(struct({ name: string, metadata: bytes })),
  }),
  response: struct({
    throttleTimeMs: since(2, int32, 0),
    errorCode: int16,
    generationId: int32,
    protocolName: string,
    leader: string,
    memberId: string,
    members: array(struct({ memberId: string, groupInstanceId: since(5, nullableString, null), metadata: bytes })),
  }),
});

export const syncGroup = defineApi({
  name: 'SyncGroup',
  key: 14,
  min: 0,
  max: 4,
  flexibleFrom: 4,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString, null),
    assignments: array(struct({ memberId: string, assignment: bytes })),
  }),
  response: struct({ throttleTimeMs: since(1, int32, 0), errorCode: int16, assignment: bytes }),
});

export const heartbeat = defineApi({
  name: 'Heartbeat',
  key: 12,
  min: 0,
  max: 4,
  flexibleFrom: 4,
  request: struct({
    groupId: string,
    generationId: int32,
    memberId: string,
    groupInstanceId: since(3, nullableString, null),
  }),
  response: struct({ throttleTimeMs: since(1, int32, 0), errorCode: int16 }),
});

export const leaveGroup = defineApi({
  name: 'LeaveGroup',
  key: 13,
  min: 0,
  max: 4,
  flexibleFrom: 4,
  request: struct({
    groupId: string,
    memberId: between(0, 2, string, ''),
    members: since(3, array(struct({ memberId: string, groupInstanceId: nullableString })), []),
  }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: int16,
    members: since(3, array(struct({ memberId: string, groupInstanceId: nullableString, errorCode: int16 })), []),
  }),
});

export const offsetCommit = defineApi({
  name: 'OffsetCommit',
  key: 8,
  min: 0,
  max: 8,
  flexibleFrom: 8,
  request: struct({
    groupId: string,
    generationId: since(1, int32, -1),
    memberId: since(1, string, ''),
    groupInstanceId: since(7, nullableString, null),
    retentionTimeMs: between(2, 4, int64, -1),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partition: int32,
            offset: int64,
            leaderEpoch: since(6, int32, -1),
            commitTimestamp: between(1, 1, int64, -1),
            metadata: nullableString,
          }),
        ),
      }),
    ),
  }),
  response: struct({
    throttleTimeMs: since(3, int32, 0),
    topics: array(struct({ name: string, partitions: array(struct({ partition: int32, errorCode: int16 })) })),
  }),
});

export const offsetFetch = defineApi({
  name: 'OffsetFetch',
  key: 9,
  // Version 0 reads what Kafka kept in ZooKeeper.
  min: 1,
  max: 7,
  flexibleFrom: 6,
  request: struct({
    groupId: string,
    topics: nullableArray(struct({ name: string, partitions: array(int32) })),
    requireStable: since(7, boolean, false),
  }),
  response: struct({
    throttleTimeMs: since(3, int32, 0),
    topics: array(
      struct({
        name: string,
        partitions: array(
          struct({
            partition: int32,
            offset: int64,
            leaderEpoch: since(5, int32, -1),
            metadata: nullableString,
            errorCode: int16,
          }),
        ),
      }),
    ),
    errorCode: since(2, int16, 0),
  }),
});

export const listGroups = defineApi({
  name: 'ListGroups',
  key: 16,
  min: 0,
  max: 4,
  flexibleFrom: 3,
  request: struct({ states: since(4, array(string), []) }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    errorCode: int16,
    groups: array(struct({ groupId: string, protocolType: string, state: since(4, string, '') })),
  }),
});

export const describeGroups = defineApi({
  name: 'DescribeGroups',
  key: 15,
  min: 0,
  max: 5,
  flexibleFrom: 5,
  request: struct({ groups: array(string), includeAuthorizedOperations: since(3, boolean, false) }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    groups: array(
      struct({
        errorCode: int16,
        groupId: string,
        state: string,
        protocolType: string,
        protocol: string,
        members: array(
          struct({
            memberId: string,
            groupInstanceId: since(4, nullableString, null),
            clientId: string,
            clientHost: string,
            metadata: bytes,
            assignment: bytes,
          }),
        ),
        authorizedOperations: since(3, int32, -2147483648),
      }),
    ),
  }),
});

export const deleteGroups = defineApi({
  name: 'DeleteGroups',
  key: 42,
  min: 0,
  max: 2,
  flexibleFrom: 2,
  request: struct({ groups: array(string) }),
  response: struct({ throttleTimeMs: int32, groups: array(struct({ groupId: string, errorCode: int16 })) }),
});
