import { describe, expect, test } from 'vitest';
import { kafkaSight, seen, sights, unseen } from '../testing/samples.ts';
import { connectFindings, kafkaFindings, mqttFindings } from './endpoints.ts';

const mqtt = sights().mqtt;
const noPod = unseen('Service mosquitto/mosquitto:1883 has no ready pod: mosquitto-1 is Pending', {
  kind: 'no-ready-pod',
});

describe('MQTT', () => {
  test('lets the user in', () => {
    expect(mqttFindings(sights())).toMatchObject([{ level: 'ok', text: 'lets verifier in' }]);
  });

  test('refuses it: the words of the broker and what to do', () => {
    const login = unseen('connect to MQTT on mosquitto/mosquitto:1883: Connection refused: Not authorized', {
      kind: 'unauthorized',
      hint: 'check the MQTT credentials',
    });
    expect(mqttFindings({ mqtt: { ...mqtt, login } })).toEqual([
      {
        group: 'mqtt',
        level: 'unseen',
        subject: 'mosquitto/mosquitto:1883',
        text: 'Connection refused: Not authorized',
        fix: 'check the MQTT credentials',
      },
    ]);
  });

  test('has no ready pod: why was said of its Service already', () => {
    const [found] = mqttFindings({ mqtt: { ...mqtt, login: noPod } });
    expect(found).toMatchObject({ level: 'unseen', text: 'cannot be asked: no pod behind its Service is ready' });
  });
});

describe('Kafka', () => {
  test('is reached, and its topics and groups are seen', () => {
    expect(kafkaFindings({ kafka: kafkaSight() }).map(({ level, text }) => [level, text])).toEqual([
      ['ok', 'cluster redpanda.1, broker redpanda-v2:9092'],
      ['ok', 'all 2 that migration.yaml names can be seen'],
      ['ok', 'all 1 that migration.yaml names can be seen'],
    ]);
  });

  test('lacks a topic: named with a near one; of the old system it is no trouble', () => {
    const kafka = kafkaSight({ topics: seen(['homelab-energy-realtime-v2']) });
    expect(kafkaFindings({ kafka })).toMatchObject([
      { level: 'ok' },
      {
        level: 'unseen',
        subject: 'topic homelab-energy-realtime',
        text: 'does not exist, or is hidden from this user; near: homelab-energy-realtime-v2',
      },
      { level: 'warning', subject: 'topic energy-realtime' },
      { level: 'ok', subject: 'groups' },
    ]);
  });

  test('a list that may not be had hides no other', () => {
    const kafka = kafkaSight({ groups: unseen('Not authorized to access the cluster', { kind: 'forbidden' }) });
    expect(kafkaFindings({ kafka })).toMatchObject([
      { level: 'ok' },
      { level: 'ok', subject: 'topics' },
      { level: 'unseen', subject: 'groups', text: 'Not authorized to access the cluster' },
    ]);
  });

  test('accepts connections and is silent: that is said, and not what kafkajs makes of it', () => {
    const at = 'redpanda-v2/redpanda-v2:9092';
    const cluster = unseen(`Kafka at ${at}: Broker not connected`);
    const silent = unseen(`ApiVersions of Kafka at ${at}: no answer within 6 s`, { kind: 'timeout' });
    expect(kafkaFindings({ kafka: kafkaSight({ cluster, fetchVersion: silent }) })).toMatchObject([
      { level: 'unseen', subject: at, text: 'no answer within 6 s' },
    ]);
    expect(kafkaFindings({ kafka: kafkaSight({ cluster }) })).toMatchObject([{ text: 'Broker not connected' }]);
  });
});

test('Redpanda Connect: each pod by itself', () => {
  const [bridge, ...others] = sights().connect;
  if (bridge === undefined) throw new Error('the samples have one');
  const version = unseen('GET /version on mqtt-kafka-bridge/pod bridge-1:4195: connection refused');
  expect(
    connectFindings({ connect: [{ ...bridge, version }, ...others] }).map(({ level, text }) => [level, text]),
  ).toEqual([
    ['unseen', 'connection refused'],
    ['ok', 'answers over HTTP'],
    ['ok', 'answers over HTTP'],
  ]);
});
