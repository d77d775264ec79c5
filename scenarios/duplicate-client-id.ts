import { play } from './scenario/play.ts';

/** An MQTT broker ends a session when another one begins with its client id: two bridges take turns, both Ready. */
await play(
  { name: 'duplicate-client-id', title: 'two bridges throw each other off the MQTT broker', state: 'before-phase5' },
  async (stage) => {
    {
      await using twin = await stage.detects('duplicate-client-id');
      await stage.names(twin.document, 'P1.logs-clean', 'mqtt-kafka-bridge');
    }
    return 'the bridge’s log tells of lost connections, while every pod is Ready';
  },
);
