import { alterConfigsEndpoint, describeConfigsEndpoint, incrementalAlterConfigsEndpoint } from './configs.ts';
import type { Endpoint } from './endpoint.ts';
import { fetchEndpoint } from './fetch.ts';
import * as groups from './groups.ts';
import { deleteRecordsEndpoint, listOffsetsEndpoint, offsetForLeaderEpochEndpoint } from './offsets.ts';
import { initProducerIdEndpoint, produceEndpoint } from './produce.ts';
import * as topics from './topics.ts';

/** Everything that the broker answers, but for ApiVersions, which lists it. */
export const endpoints: readonly Endpoint[] = [
  produceEndpoint,
  fetchEndpoint,
  listOffsetsEndpoint,
  topics.metadataEndpoint,
  groups.offsetCommitEndpoint,
  groups.offsetFetchEndpoint,
  groups.findCoordinatorEndpoint,
  groups.joinGroupEndpoint,
  groups.heartbeatEndpoint,
  groups.leaveGroupEndpoint,
  groups.syncGroupEndpoint,
  groups.describeGroupsEndpoint,
  groups.listGroupsEndpoint,
  topics.createTopicsEndpoint,
  topics.deleteTopicsEndpoint,
  deleteRecordsEndpoint,
  initProducerIdEndpoint,
  offsetForLeaderEpochEndpoint,
  describeConfigsEndpoint,
  alterConfigsEndpoint,
  topics.createPartitionsEndpoint,
  groups.deleteGroupsEndpoint,
  incrementalAlterConfigsEndpoint,
];
