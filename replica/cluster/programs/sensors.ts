import { sensorsProgram } from '../../embedded/programs/sensors.ts';
import { runAsProcess } from './process.ts';

await runAsProcess(sensorsProgram);
