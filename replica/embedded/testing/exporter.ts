import { createServer } from 'node:http';
import type { Program } from '../program.ts';
import { ended } from '../programs/ended.ts';

/** Answers everything on a port with a page, as it then is: something that Prometheus scrapes. */
export function exporter(port: number, page: () => string): Program {
  return {
    run: async (context) => {
      const server = createServer((_, response) => response.end(page()));
      using _port = context.listen(port, (socket) => server.emit('connection', socket));
      await ended(context.signal);
      server.closeAllConnections();
      return 0;
    },
  };
}
