import { once } from 'node:events';
import type { Program } from '../replica/embedded/program.ts';

/**
 * What the pods of observe-kubernetes do, twice: as a script for a real container with Node, and as a program of the
 * replica. A container names its part as its last argument.
 */
interface Part {
  readonly script: string;
  readonly program: Program;
}

export type PartName = 'talker' | 'speaker' | 'crasher' | 'succeeds' | 'fails';

export const echoPort = 7000;
/** Lines after the talker's first error: more than any tail shows. */
export const chatterLines = 5_000;
/** No registry has it: `.invalid` is kept free for ever (RFC 2606). */
export const noSuchImage = 'contract.invalid/none:1';
export const crashExitCode = 3;

const firstError = 'level=error msg="lost the first of them" attempt=1';
const lastError = 'ERROR: lost the last of them';
const visitor = 'level=warn msg="somebody came"';
const lastWords = 'level=error msg="no way on"';

/** What the speaker says, in its order: levels, letters beyond ASCII, nothing, and more than a runtime keeps in one piece. */
export const spokenLines = [
  'level=debug msg="looked" stream=energy',
  'level=info msg="Input type mqtt is now active" @service=benthos label=mqtt_energy path=root.input stream=energy',
  'level=warn msg="slow" stream=energy',
  'level=error msg="Connection lost due to: EOF" stream=energy',
  'level=fatal msg="no way on"',
  'grüße aus dem Keller: 23 °C ✓',
  '',
  `level=info msg="${'long '.repeat(4_000)}"`,
] as const;
/** What it says when it is told to end. */
export const lastLine = 'level=info msg=bye';

async function terminated(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** Prints its lines and ends with the exit code. */
function ending(exitCode: number, ...lines: readonly string[]): Part {
  return {
    script: `for (const line of ${JSON.stringify(lines)}) console.log(line); process.exitCode = ${exitCode}`,
    program: {
      run: async (context) => {
        for (const line of lines) context.log(line);
        return exitCode;
      },
    },
  };
}

const parts: Readonly<Record<PartName, Part>> = {
  talker: {
    // The first process of a container gets no default for SIGTERM.
    script: `process.on('SIGTERM', () => process.exit());
      console.log('${firstError}');
      for (let i = 0; i < ${chatterLines}; i++) console.log('level=info msg=chatter i=' + i);
      console.log('${lastError}');
      require('node:net').createServer((socket) => {
        console.log('${visitor}');
        socket.on('error', () => {}).pipe(socket);
      }).listen(${echoPort})`,
    program: {
      run: async (context) => {
        context.log(firstError);
        for (let i = 0; i < chatterLines; i++) context.log(`level=info msg=chatter i=${i}`);
        context.log(lastError);
        using _ = context.listen(echoPort, (socket) => {
          context.log(visitor);
          socket.on('error', () => {}).pipe(socket);
        });
        await terminated(context.signal);
        return 0;
      },
    },
  },
  speaker: {
    script: `process.on('SIGTERM', () => console.log('${lastLine}') || process.exit());
      for (const line of ${JSON.stringify(spokenLines)}) console.log(line);
      setInterval(() => {}, 60_000)`,
    program: {
      run: async (context) => {
        for (const line of spokenLines) context.log(line);
        await terminated(context.signal);
        context.log(lastLine);
        return 0;
      },
    },
  },
  crasher: ending(crashExitCode, lastWords),
  succeeds: ending(0, 'level=info msg=done'),
  fails: ending(1, lastWords),
};

/** A container that plays the part, by the image of CONTRACT_NODE_IMAGE. */
export function container(part: PartName, rest: object = {}): object {
  const image = process.env.CONTRACT_NODE_IMAGE ?? 'docker.io/library/node:24-slim';
  const command = ['node', '-e', parts[part].script, part];
  return { name: 'main', image, imagePullPolicy: 'IfNotPresent', command, ...rest };
}

/** The program of the replica that plays the part that a container's arguments name; undefined where there is no such image. */
export function programOf(image: string, args: readonly string[]): Program | undefined {
  const part = args.at(-1) ?? '';
  return image !== noSuchImage && part in parts ? parts[part as PartName].program : undefined;
}
