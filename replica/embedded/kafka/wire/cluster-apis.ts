import { defineApi } from './api.ts';
import {
  array,
  between,
  boolean,
  type Codec,
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

const never = Number.POSITIVE_INFINITY;

export const apiVersions = defineApi({
  name: 'ApiVersions',
  key: 18,
  min: 0,
  max: 3,
  flexibleFrom: 3,
  request: struct({ software: since(3, string, ''), softwareVersion: since(3, string, '') }),
  response: struct({
    errorCode: int16,
    apis: array(struct({ key: int16, min: int16, max: int16 })),
    throttleTimeMs: since(1, int32, 0),
  }),
});

/** Topics asked for; null asks for all. Version 0 has no null: there an empty list asks for all. */
const wantedTopics: Codec<readonly { readonly name: string }[] | null> = {
  read(reader, version) {
    const names = nullableArray(struct({ name: string })).read(reader, version);
    return version.number === 0 && names?.length === 0 ? null : names;
  },
  write: nullableArray(struct({ name: string })).write,
};

export const metadata = defineApi({
  name: 'Metadata',
  key: 3,
  min: 0,
  max: 9,
  flexibleFrom: 9,
  request: struct({
    topics: wantedTopics,
    allowAutoTopicCreation: since(4, boolean, true),
    includeClusterAuthorizedOperations: since(8, boolean, false),
    includeTopicAuthorizedOperations: since(8, boolean, false),
  }),
  response: struct({
    throttleTimeMs: since(3, int32, 0),
    brokers: array(struct({ nodeId: int32, host: string, port: int32, rack: since(1, nullableString, null) })),
    clusterId: since(2, nullableString, null),
    controllerId: since(1, int32, -1),
    topics: array(
      struct({
        errorCode: int16,
        name: string,
        isInternal: since(1, boolean, false),
        partitions: array(
          struct({
            errorCode: int16,
            partition: int32,
            leader: int32,
            leaderEpoch: since(7, int32, -1),
            replicas: array(int32),
            isr: array(int32),
            offlineReplicas: since(5, array(int32), []),
          }),
        ),
        authorizedOperations: since(8, int32, -2147483648),
      }),
    ),
    clusterAuthorizedOperations: since(8, int32, -2147483648),
  }),
});

export const createTopics = defineApi({
  name: 'CreateTopics',
  key: 19,
  min: 0,
  max: 4,
  flexibleFrom: never,
  request: struct({
    topics: array(
      struct({
        name: string,
        partitions: int32,
        replicationFactor: int16,
        assignments: array(struct({ partition: int32, brokers: array(int32) })),
        configs: array(struct({ name: string, value: nullableString })),
      }),
    ),
    timeoutMs: int32,
    validateOnly: since(1, boolean, false),
  }),
  response: struct({
    throttleTimeMs: since(2, int32, 0),
    topics: array(struct({ name: string, errorCode: int16, errorMessage: since(1, nullableString, null) })),
  }),
});

export const deleteTopics = defineApi({
  name: 'DeleteTopics',
  key: 20,
  min: 0,
  max: 3,
  flexibleFrom: never,
  request: struct({ names: array(string), timeoutMs: int32 }),
  response: struct({
    throttleTimeMs: since(1, int32, 0),
    topics: array(struct({ name: string, errorCode: int16 })),
  }),
});

export const createPartitions = defineApi({
  name: 'CreatePartitions',
  key: 37,
  min: 0,
  max: 1,
  flexibleFrom: never,
  request: struct({
    topics: array(
      struct({
        name: string,
        count: int32,
        assignments: nullableArray(struct({ brokers: array(int32) })),
      }),
    ),
    timeoutMs: int32,
    validateOnly: boolean,
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(struct({ name: string, errorCode: int16, errorMessage: nullableString })),
  }),
});

export const describeConfigs = defineApi({
  name: 'DescribeConfigs',
  key: 32,
  min: 0,
  max: 3,
  flexibleFrom: never,
  request: struct({
    resources: array(struct({ type: int8, name: string, configNames: nullableArray(string) })),
    includeSynonyms: since(1, boolean, false),
    includeDocumentation: since(3, boolean, false),
  }),
  response: struct({
    throttleTimeMs: int32,
    resources: array(
      struct({
        errorCode: int16,
        errorMessage: nullableString,
        type: int8,
        name: string,
        configs: array(
          struct({
            name: string,
            value: nullableString,
            readOnly: boolean,
            isDefault: between(0, 0, boolean, false),
            source: since(1, int8, -1),
            isSensitive: boolean,
            synonyms: since(1, array(struct({ name: string, value: nullableString, source: int8 })), []),
            configType: since(3, int8, 0),
            documentation: since(3, nullableString, null),
          }),
        ),
      }),
    ),
  }),
});

const alteredResources = array(struct({ errorCode: int16, errorMessage: nullableString, type: int8, name: string }));

export const alterConfigs = defineApi({
  name: 'AlterConfigs',
  key: 33,
  min: 0,
  max: 1,
  flexibleFrom: never,
  request: struct({
    resources: array(
      struct({ type: int8, name: string, configs: array(struct({ name: string, value: nullableString })) }),
    ),
    validateOnly: boolean,
  }),
  response: struct({ throttleTimeMs: int32, resources: alteredResources }),
});

export const incrementalAlterConfigs = defineApi({
  name: 'IncrementalAlterConfigs',
  key: 44,
  min: 0,
  max: 0,
  flexibleFrom: never,
  request: struct({
    resources: array(
      struct({
        type: int8,
        name: string,
        configs: array(struct({ name: string, operation: int8, value: nullableString })),
      }),
    ),
    validateOnly: boolean,
  }),
  response: struct({ throttleTimeMs: int32, resources: alteredResources }),
});

export const deleteRecords = defineApi({
  name: 'DeleteRecords',
  key: 21,
  min: 0,
  max: 1,
  flexibleFrom: never,
  request: struct({
    topics: array(struct({ name: string, partitions: array(struct({ partition: int32, offset: int64 })) })),
    timeoutMs: int32,
  }),
  response: struct({
    throttleTimeMs: int32,
    topics: array(
      struct({ name: string, partitions: array(struct({ partition: int32, lowWatermark: int64, errorCode: int16 })) }),
    ),
  }),
});
