import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServiceRef } from '../../config/schema.ts';
import { connectTarget } from '../connect.ts';
import type { Target } from '../target.ts';
import { FakeApi, forwardTo } from './fake-api.ts';
import { fakeServices } from './fake-services.ts';

/** A Service whose only pod runs a program of the test's, and a target that reaches it through real tunnels. */
export interface FakeTarget extends AsyncDisposable {
  readonly api: FakeApi;
  readonly target: Target;
  readonly service: ServiceRef;
}

export async function startTarget(
  serve: (socket: Socket) => void,
  options: { deadlineSeconds?: number } = {},
): Promise<FakeTarget> {
  const api = await FakeApi.start();
  const program = createServer((socket) => serve(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(program, 'listening');
  const service = { namespace: 'x', service: 's', port: 1234 };
  const pods = [{ name: 's-0', ready: true, ip: '10.1.2.3' }];
  api.answer = fakeServices({ 'x/s': { port: service.port, targetPort: service.port, pods } });
  api.forward = forwardTo({ [service.port]: (program.address() as AddressInfo).port });
  const directory = mkdtempSync(path.join(tmpdir(), 'target-'));
  const kubeconfig = path.join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, api.kubeConfigText());
  const target = await connectTarget({ kind: 'live', timeScale: 1, kubeconfig }, 'fake', {
    env: {},
    connectDeadlineSeconds: options.deadlineSeconds ?? 5,
  });
  rmSync(directory, { recursive: true });
  return {
    api,
    target,
    service,
    [Symbol.asyncDispose]: async () => {
      await target.close();
      program.close();
      await api[Symbol.asyncDispose]();
    },
  };
}
