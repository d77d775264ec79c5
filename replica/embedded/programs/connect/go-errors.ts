/** What the Go program prints for an error of a connection that its double got from Node. */
export function dialError(error: unknown, host: string, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED') return `dial tcp ${host}:${port}: connect: connection refused`;
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${host}: no such host`;
  if (code === 'ETIMEDOUT') return `dial tcp ${host}:${port}: i/o timeout`;
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'EOF';
  return message;
}

/** What sarama prints when no broker answers. */
export function brokersError(error: unknown, addresses: readonly string[]): string {
  const [host = '', port = '9092'] = (addresses[0] ?? '').split(':');
  const cause = (error as { cause?: unknown }).cause ?? error;
  const { code } = cause as NodeJS.ErrnoException;
  const detail = code === undefined ? (cause as Error).message : dialError(cause, host, Number(port));
  return `kafka: client has run out of available brokers to talk to: ${detail}`;
}
