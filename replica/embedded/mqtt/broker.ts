import type { Duplex } from 'node:stream';
import { Aedes, type Client, type ConnectPacket } from 'aedes';

export interface MqttBrokerOptions {
  /** Passwords by user; nobody else is let in. */
  readonly users: ReadonlyMap<string, string>;
  /** A line in mosquitto's words, without its time. */
  log(line: string): void;
}

/** Accepts and never answers new connections, or closes every connection. */
export type MqttFault = 'pause' | 'refuse';

export interface MqttBroker {
  accept(socket: Duplex): void;
  /** Plants a fault; undefined takes it away, upon which held connections are served. */
  setFault(fault: MqttFault | undefined): void;
  /** Closes every connection, wills unsent as with a broker that ends. */
  close(): Promise<void>;
}

/** mosquitto with users, on aedes: QoS 0 to 2, retained messages, sessions that live as long as the broker does. */
export async function createMqttBroker(options: MqttBrokerOptions): Promise<MqttBroker> {
  const connects = new WeakMap<Client, ConnectPacket>();
  /** Connections on which a client has said who it is; a probe of the port never does. */
  const greeted = new WeakSet<object>();
  const sockets = new Set<Duplex>();
  const held = new Set<Duplex>();
  let fault: MqttFault | undefined;
  const clients = new Map<string, Client>();
  const superseded = new WeakSet<Client>();

  const aedes = await Aedes.createBroker({
    preConnect(client, packet, done) {
      connects.set(client, packet);
      greeted.add(client.conn);
      done(null, true);
    },
    authenticate(client, username, password, done) {
      if (username !== undefined && options.users.get(username) === password?.toString('utf8')) {
        const before = clients.get(client.id);
        if (before !== undefined) {
          superseded.add(before);
          options.log(`Client ${client.id} already connected, closing old connection.`);
        }
        done(null, true);
        return;
      }
      options.log(`Client ${client.id} disconnected, not authorised.`);
      done(null, false); // return code 5, as mosquitto answers a wrong password
    },
  });
  aedes.on('clientReady', (client) => {
    clients.set(client.id, client);
    const packet = connects.get(client);
    const user = packet?.username === undefined ? '' : `, u'${packet.username}'`;
    const session = `p${client.version === 3 ? 1 : 2}, c${client.clean ? 1 : 0}, k${packet?.keepalive ?? 0}${user}`;
    options.log(`New client connected from ${peer(client.conn)} as ${client.id} (${session}).`);
  });
  aedes.on('clientDisconnect', (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
    if (superseded.has(client)) return;
    options.log(`Client ${client.id} ${saidGoodbye(client) ? 'disconnected' : 'closed its connection'}.`);
  });
  aedes.on('keepaliveTimeout', (client) => options.log(`Client ${client.id} has exceeded timeout, disconnecting.`));
  // Both are a client's own trouble; without listeners they would end the process.
  aedes.on('clientError', () => {});
  aedes.on('connectionError', () => {});

  return {
    accept(socket) {
      socket.on('error', () => {});
      if (fault === 'refuse') {
        socket.destroy();
        return;
      }
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        held.delete(socket);
        if (!greeted.has(socket) && fault === undefined) options.log('Client <unknown> closed its connection.');
      });
      if (fault === 'pause') {
        held.add(socket);
        return;
      }
      options.log(`New connection from ${peer(socket)} on port 1883.`);
      aedes.handle(socket);
    },
    setFault(next) {
      fault = next;
      if (next === 'refuse') for (const socket of sockets) socket.destroy();
      if (next !== undefined) return;
      for (const socket of held) aedes.handle(socket);
      held.clear();
    },
    async close() {
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Whether a DISCONNECT came before the end. aedes keeps that for its wills, and tells it nowhere else. */
function saidGoodbye(client: Client): boolean {
  return '_disconnected' in client && client._disconnected === true;
}

function peer(socket: object): string {
  const address =
    'remoteAddress' in socket && typeof socket.remoteAddress === 'string' ? socket.remoteAddress : '127.0.0.1';
  const port = 'remotePort' in socket && typeof socket.remotePort === 'number' ? socket.remotePort : 0;
  return `${address}:${port}`;
}
