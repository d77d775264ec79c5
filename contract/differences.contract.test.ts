import { connect } from 'node:net';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { KafkaClient } from '../replica/embedded/kafka/wire/client.ts';
import { apiVersions } from '../replica/embedded/kafka/wire/cluster-apis.ts';
import { connectSubjects } from './connect-subjects.ts';
import { kafkaProtocolSubjects } from './kafka-subjects.ts';
import { mqttSubjects } from './mqtt-subjects.ts';
import { prometheusSubjects } from './prometheus-subjects.ts';
import { contract } from './suite.ts';

/** What a double is known to lack: when it no longer does, or the real program does too, README.md is to be mended. */
contract('Known differences, MQTT', mqttSubjects, (system, { how }) => {
  const isDouble = how === 'double';

  test(`MQTT 5 is ${isDouble ? 'refused' : 'spoken'}`, async () => {
    const { url, username, password } = system();
    const connecting = mqtt.connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, username, password });
    if (isDouble) {
      await expect(connecting).rejects.toThrow('Unacceptable protocol version');
    } else {
      const client = await connecting;
      await client.endAsync();
    }
  });
});

contract('Known differences, Kafka', kafkaProtocolSubjects, (system, { how }) => {
  const isDouble = how === 'double';

  test(`transactions, ACLs and consumer groups of the new kind are ${isDouble ? 'not ' : ''}there`, async () => {
    const [host = '', port] = system().brokers[0]?.split(':') ?? [];
    const client = new KafkaClient(connect(Number(port), host), { clientId: 'contract', timeoutMs: 10_000 });
    const { apis } = await client.request(apiVersions, { software: 'contract', softwareVersion: '1' });
    client.close();
    const addPartitionsToTransaction = 24;
    const describeAcls = 29;
    const consumerGroupHeartbeat = 68;
    const keys = apis.map(({ key }) => key);
    for (const key of [addPartitionsToTransaction, describeAcls, consumerGroupHeartbeat]) {
      expect({ key, there: keys.includes(key) }).toEqual({ key, there: !isDouble });
    }
  });
});

contract('Known differences, Redpanda Connect', connectSubjects, (system, { how }) => {
  const isDouble = how === 'double';

  test(`latencies and batches of processors are ${isDouble ? 'not ' : ''}told`, async () => {
    const { body } = await system().get('/metrics');
    for (const name of ['input_latency_ns', 'output_latency_ns', 'processor_latency_ns', 'processor_batch_sent']) {
      expect({ name, there: body.includes(`# TYPE ${name} `) }).toEqual({ name, there: !isDouble });
    }
  });
});

contract('Known differences, Prometheus', prometheusSubjects, (system, { how }) => {
  const isDouble = how === 'double';

  test.each(['/api/v1/query?query=stddev(up)', '/api/v1/series?match[]=up'])(
    `%s is ${isDouble ? 'refused in words' : 'answered'}`,
    async (path) => {
      const { body } = await system().get(path);
      const { status, error } = JSON.parse(body);
      expect(status).toBe(isDouble ? 'error' : 'success');
      if (isDouble) expect(error).toContain('replica’s Prometheus');
    },
  );
});
