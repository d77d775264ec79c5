import { prometheusDouble } from './double/prometheus.ts';
import { realPrometheus } from './real/prometheus.ts';

export const prometheusSubjects = [prometheusDouble(), realPrometheus()];
