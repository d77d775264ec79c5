import { redpandaSinkProgram } from '../../embedded/programs/old/redpanda-sink.ts';
import { runAsProcess } from './process.ts';

await runAsProcess(redpandaSinkProgram);
