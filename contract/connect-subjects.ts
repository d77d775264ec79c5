import { connectDouble } from './double/connect.ts';
import { realConnect } from './real/connect.ts';

export const connectSubjects = [connectDouble(), await realConnect()];
