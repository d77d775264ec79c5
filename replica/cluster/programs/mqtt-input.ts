import { mqttInputProgram } from '../../embedded/programs/old/mqtt-input.ts';
import { runAsProcess } from './process.ts';

await runAsProcess(mqttInputProgram);
