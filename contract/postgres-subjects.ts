import { postgresDouble } from './double/postgres.ts';
import { realPostgres } from './real/postgres.ts';

export const postgresSubjects = [postgresDouble(), await realPostgres()];
