import { expect, test } from 'vitest';
import { ClusterClock } from './cluster-clock.ts';
import { startControllers } from './kubernetes/controllers/start.ts';
import { createObjectStore } from './kubernetes/store.ts';
import { startNode } from './node/node.ts';
import { livePastNights } from './past-nights.ts';

const dayMs = 86_400_000;
const cronJobs = { group: 'batch', resource: 'cronjobs' };
const jobs = { group: 'batch', resource: 'jobs' };
const pods = { group: '', resource: 'pods' };

test('a CronJob of eight days ago has run in each of the last three nights, and will run tonight', async () => {
  const clock = new ClusterClock(Date.now() - 8 * dayMs);
  await using stack = new AsyncDisposableStack();
  const store = createObjectStore({ now: clock.now });
  stack.use(startControllers(store, { now: clock.now }));
  const said: Date[] = [];
  stack.use(
    startNode({
      store,
      timeScale: 1,
      now: clock.now,
      seeding: clock.seeding,
      programs: () => ({
        async run(context) {
          said.push(context.now());
          return 0;
        },
      }),
    }),
  );
  store.create({ group: '', resource: 'namespaces' }, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } });
  store.create(cronJobs, {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'backup', namespace: 'x', annotations: { kept: 'yes' } },
    spec: {
      schedule: '0 2 * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'OnFailure', containers: [{ name: 'main', image: 'backup:1' }] } } },
      },
    },
  });

  await livePastNights(store, clock);

  expect(clock.seeding()).toBe(false);
  const today = new Date(Date.now() - 2 * 3_600_000).toISOString().slice(0, 10);
  const last = Date.parse(`${today}T02:00:00Z`);
  const due = [last - 2 * dayMs, last - dayMs, last];
  const runs = [...store.list(jobs, 'x')].sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  expect(runs.map(({ metadata }) => metadata.name)).toEqual(due.map((at) => `backup-${at / 60_000}`));
  for (const [index, at] of due.entries()) {
    const { startTime, completionTime } = runs[index]?.status ?? {};
    const [began, ended] = [Date.parse(String(startTime)), Date.parse(String(completionTime))];
    expect(began).toBeGreaterThanOrEqual(at);
    expect(ended).toBeGreaterThanOrEqual(began);
    expect(ended - at).toBeLessThan(3_600_000);
    expect(said[index]?.getTime()).toBeGreaterThanOrEqual(at);
  }
  expect(store.list(pods, 'x').map(({ status }) => status?.phase)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  const cronJob = store.get(cronJobs, 'x', 'backup');
  expect(cronJob?.status).toMatchObject({ lastScheduleTime: new Date(last).toISOString().replace('.000', '') });
  expect(cronJob?.metadata.annotations).toEqual({ kept: 'yes' });
});

test('the clock stands, runs and never goes beyond now', () => {
  const from = Date.now() - dayMs;
  const clock = new ClusterClock(from);
  expect(clock.now().getTime()).toBe(from);
  clock.runFrom(from, 1e15);
  const before = Date.now();
  expect(clock.now().getTime()).toBeLessThanOrEqual(Date.now());
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before);
  clock.live();
  expect(clock.seeding()).toBe(false);
  expect(clock.now().getTime()).toBeGreaterThanOrEqual(before);
});
