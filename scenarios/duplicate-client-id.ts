import { play } from './scenario/play.ts';

/** An MQTT broker ends a session when another one begins with its client id: two bridges take turns, both Ready. */
await play(
  { name: 'duplicate-client-id', title: 'two bridges throw each other off the MQTT broker', state: 'before-phase5' },
  async (stage) => {
    {
      await using twin = await stage.detects('duplicate-client-id');
      await stage.names(twin.document, 'P1.streams', 'input lost its connection');
      await stage.names(twin.document, 'P1.logs-clean', 'mqtt-kafka-bridge');
    }
    return 'counters and log of the bridge tell of connections lost over and over, while every pod is Ready';
  },
);
