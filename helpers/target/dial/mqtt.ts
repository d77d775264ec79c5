import { randomBytes } from 'node:crypto';
import { MqttClient } from 'mqtt';
import type { ServiceRef } from '../../config/schema.ts';
import { addressName } from '../address.ts';
import type { Credentials } from '../credentials.ts';
import { unobservable } from '../errors.ts';
import type { Target } from '../target.ts';

/**
 * A connected MQTT client with a client id of its own: two clients with one id throw each other out without end.
 * It does not reconnect by itself; `endAsync(true)` closes it and its tunnel.
 * Throws `Unobservable` (unauthorized when the broker refuses the credentials).
 */
export async function connectMqtt(target: Target, service: ServiceRef, credentials: Credentials): Promise<MqttClient> {
  const what = `connect to MQTT on ${addressName(service)}`;
  const socket = await target.dial(service);
  const client = new MqttClient(() => socket, {
    protocolVersion: 4,
    clientId: `telemetry-verify-${randomBytes(6).toString('hex')}`,
    clean: true,
    username: credentials.username,
    password: credentials.password.reveal(),
    reconnectPeriod: 0,
    connectTimeout: target.kube.transport.deadlineSeconds * 1000,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once('connect', () => resolve());
  // Stays: an error event without a listener would end the process.
  client.on('error', reject);
  client.once('close', () => reject(new Error('the connection was closed before the broker answered')));
  try {
    await promise;
    return client;
  } catch (error) {
    await client.endAsync(true);
    socket.destroy();
    throw unobservable(error, what);
  }
}
