import type { Socket } from 'node:net';
import kafkajs, { type Kafka, type LogEntry } from 'kafkajs';
import type { ServiceRef } from '../../config/schema.ts';
import { Unobservable } from '../../unobservable.ts';
import { unobservable } from '../errors.ts';
import { mask } from '../mask.ts';
import type { Target } from '../target.ts';
import { brokerAddress } from './kafka-names.ts';
import { KafkaSocket } from './kafka-socket.ts';

/** The last of what kafkajs logs is enough to see why. */
const keptErrors = 20;

export interface KafkaConnection {
  /** Makes admin clients, producers and consumers; each connects by itself and is the caller's to disconnect. */
  readonly kafka: Kafka;
  /** What kafkajs logged as errors, the latest 20, masked. It prints nothing itself. */
  readonly errors: readonly string[];
  /** An error of kafkajs in the suite's words; where a tunnel failed, why it failed (kafkajs says "connection error"). */
  unobservable(error: unknown, what: string): Unobservable;
}

/** A Kafka client whose connections, bootstrap and advertised brokers alike, go through tunnels. Connects to nothing yet. */
export function connectKafka(target: Target, service: ServiceRef): KafkaConnection {
  const errors: string[] = [];
  let dialFailure: Unobservable | undefined;
  const deadlineMs = target.kube.transport.deadlineSeconds * 1000;

  const dial = async (host: string, port: number) => {
    try {
      const tunnel = await target.dial(await brokerAddress(target.kube, service, host, port));
      dialFailure = undefined;
      tunnel.once('error', (error) => {
        dialFailure = unobservable(error, `Kafka on ${host}:${port}`);
      });
      return tunnel;
    } catch (error) {
      dialFailure = unobservable(error, `Kafka on ${host}:${port}`);
      throw dialFailure;
    }
  };

  const kafka = new kafkajs.Kafka({
    clientId: 'telemetry-verify',
    brokers: [`${service.service}.${service.namespace}.svc:${service.port}`],
    // Dialling keeps deadlines of its own, and says more when they pass.
    connectionTimeout: deadlineMs * 4,
    authenticationTimeout: deadlineMs,
    requestTimeout: deadlineMs,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: deadlineMs },
    // kafkajs uses nothing of a net.Socket but what KafkaSocket has.
    socketFactory: ({ host, port, onConnect }) =>
      new KafkaSocket(() => dial(host, port), onConnect) as unknown as Socket,
    logLevel: kafkajs.logLevel.ERROR,
    logCreator: () => (entry: LogEntry) => {
      errors.push(mask(`${entry.namespace}: ${entry.log.message} ${entry.log.error ?? ''}`.trim()));
      errors.splice(0, errors.length - keptErrors);
    },
  });
  return {
    kafka,
    errors,
    unobservable: (error, what) => {
      if (dialFailure === undefined) return unobservable(error, what);
      const hint = dialFailure.hint === undefined ? {} : { hint: dialFailure.hint };
      return new Unobservable(dialFailure.kind, `${what}: ${dialFailure.message}`, { ...hint, cause: error });
    },
  };
}
