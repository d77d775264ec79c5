import { connect } from 'node:net';
import mqtt from 'mqtt';
import { describe, expect, test } from 'vitest';
import { KafkaClient } from '../replica/embedded/kafka/wire/client.ts';
import { apiVersions } from '../replica/embedded/kafka/wire/cluster-apis.ts';
import { kafkaProtocolSubjects } from './kafka-subjects.ts';
import { mqttSubjects } from './mqtt-subjects.ts';
import type { Absent, Subject } from './suite.ts';

/** What a double is known to lack: when it no longer does, or the real program does too, README.md is to be mended. */
describe('known differences', () => {
  describe.each(present(mqttSubjects))('MQTT: $name', (subject) => {
    test(`MQTT 5 is ${subject.double ? 'refused' : 'spoken'}`, async () => {
      await using system = await subject.open();
      const { url, username, password } = system;
      const connecting = mqtt.connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, username, password });
      if (subject.double) {
        await expect(connecting).rejects.toThrow('Unacceptable protocol version');
      } else {
        const client = await connecting;
        await client.endAsync();
      }
    });
  });

  describe.each(present(kafkaProtocolSubjects))('Kafka: $name', (subject) => {
    test(`transactions, ACLs and consumer groups of the new kind are ${subject.double ? 'not ' : ''}there`, async () => {
      await using system = await subject.open();
      const [host = '', port] = system.brokers[0]?.split(':') ?? [];
      const client = new KafkaClient(connect(Number(port), host), { clientId: 'contract', timeoutMs: 10_000 });
      const { apis } = await client.request(apiVersions, { software: 'contract', softwareVersion: '1' });
      client.close();
      const addPartitionsToTransaction = 24;
      const describeAcls = 29;
      const consumerGroupHeartbeat = 68;
      const keys = apis.map(({ key }) => key);
      for (const key of [addPartitionsToTransaction, describeAcls, consumerGroupHeartbeat]) {
        expect({ key, there: keys.includes(key) }).toEqual({ key, there: !subject.double });
      }
    });
  });
});

function present<System extends AsyncDisposable>(
  subjects: readonly (Subject<System> | Absent)[],
): readonly Subject<System>[] {
  return subjects.filter((subject) => 'open' in subject);
}
