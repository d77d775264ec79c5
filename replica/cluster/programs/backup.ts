import { backupProgram } from '../../embedded/programs/backup.ts';
import { runAsProcess } from './process.ts';

await runAsProcess(backupProgram);
