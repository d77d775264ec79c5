import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { installedKubectls } from '../../testing/kubectl.ts';
import { startTestApi, type TestApi } from './testing/api.ts';
import { deployment } from './testing/cluster.ts';

const kubectls = installedKubectls();

if (kubectls.length === 0) test.skip('kubectl against the API server: no kubectl is on PATH', () => {});

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});

afterAll(() => api[Symbol.asyncDispose]());

for (const { name, path } of kubectls) {
  describe(name, () => {
    const namespace = `demo-${basename(name).replaceAll('.', '-')}`;

    async function kubectl(words: string, input = ''): Promise<string> {
      const child = spawn(path, words.split(' '), {
        env: { PATH: process.env.PATH, HOME: dirname(api.kubeconfigFile), KUBECONFIG: api.kubeconfigFile },
      });
      child.stdin.end(input);
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      return `${stdout}${stderr}`.replace(/^Warning: .*\n/gm, '').trimEnd();
    }

    const web = (image: string) =>
      stringify({
        ...deployment('web', {
          replicas: 2,
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image }] } },
        }),
        metadata: { name: 'web', namespace, labels: { app: 'web' } },
      });
    const lines = (output: string) => output.split('\n').map((line) => line.split(/\s{2,}/));

    test('create, apply, and apply again', async () => {
      expect(await kubectl(`create namespace ${namespace}`)).toBe(`namespace/${namespace} created`);
      expect(await kubectl('apply -f -', web('image:1'))).toBe('deployment.apps/web created');
      expect(await kubectl('apply -f -', web('image:1'))).toBe('deployment.apps/web unchanged');
      expect(await kubectl(`rollout status -n ${namespace} deploy/web --timeout=10s`)).toContain(
        'successfully rolled out',
      );
      expect(await kubectl('apply -f -', web('image:2'))).toBe('deployment.apps/web configured');
      expect(await kubectl(`rollout status -n ${namespace} deploy/web --timeout=10s`)).toContain(
        'successfully rolled out',
      );
      expect(await kubectl(`get pods -n ${namespace} -o jsonpath={.items[*].spec.containers[*].image}`)).toBe(
        'image:2 image:2',
      );
    });

    test('a field that is misspelt is refused', async () => {
      expect(await kubectl('apply -f -', web('image:2').replace('replicas: 2', 'replcas: 2'))).toContain(
        'strict decoding error: unknown field "spec.replcas"',
      );
    });

    test('get, as a table, wide, by label, by name, as JSON', async () => {
      const [head, ...rows] = lines(await kubectl(`get pods -n ${namespace} -l app=web`));
      expect(head).toEqual(['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE']);
      expect(rows.map((row) => row.slice(1, 4))).toEqual([
        ['1/1', 'Running', '0'],
        ['1/1', 'Running', '0'],
      ]);
      const [wide] = lines(await kubectl(`get deployments -n ${namespace} -o wide`));
      expect(wide).toEqual(['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE', 'CONTAINERS', 'IMAGES', 'SELECTOR']);
      expect(await kubectl(`get deploy -n ${namespace} -o name`)).toBe('deployment.apps/web');
      expect(JSON.parse(await kubectl(`get deploy web -n ${namespace} -o json`)).status.readyReplicas).toBe(2);
      expect(
        (await kubectl(`get all -n ${namespace}`)).match(/^(pod|deployment.apps|replicaset.apps)\//gm),
      ).toHaveLength(5);
      expect(await kubectl(`get pods none -n ${namespace}`)).toBe(
        'Error from server (NotFound): pods "none" not found',
      );
      expect(await kubectl(`get pods -n ${namespace} --show-labels --no-headers`)).toMatch(
        /app=web,pod-template-hash=/,
      );
    });

    test('describe a pod and a deployment, with their events', async () => {
      expect(await kubectl(`describe deploy web -n ${namespace}`)).toMatch(
        /Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable[\s\S]*Scaled up replica set/,
      );
      expect(await kubectl(`describe pods -n ${namespace} -l app=web`)).toMatch(/Controlled By: +ReplicaSet\/web-/);
    });

    test('scale, annotate, label, set image, restart, undo', async () => {
      expect(await kubectl(`scale deploy/web -n ${namespace} --replicas=1`)).toBe('deployment.apps/web scaled');
      expect(await kubectl(`annotate deploy/web -n ${namespace} a=b`)).toBe('deployment.apps/web annotated');
      expect(await kubectl(`label deploy/web -n ${namespace} c=d`)).toBe('deployment.apps/web labeled');
      expect(await kubectl(`set image deploy/web -n ${namespace} main=image:3`)).toBe(
        'deployment.apps/web image updated',
      );
      expect(await kubectl(`rollout restart deploy/web -n ${namespace}`)).toBe('deployment.apps/web restarted');
      expect(await kubectl(`rollout status -n ${namespace} deploy/web --timeout=10s`)).toContain(
        'successfully rolled out',
      );
      expect(
        await kubectl(
          `get deploy web -n ${namespace} -o jsonpath={.status.replicas},{.metadata.annotations.a},{.metadata.labels.c}`,
        ),
      ).toBe('1,b,d');
      expect(await kubectl(`rollout undo deploy/web -n ${namespace}`)).toBe('deployment.apps/web rolled back');
    });

    test('logs and top', async () => {
      await kubectl(`rollout status -n ${namespace} deploy/web --timeout=10s`);
      expect(await kubectl(`logs -n ${namespace} -l app=web --tail=1`)).toMatch(/^second of main in web-/);
      expect(await kubectl(`top pods -n ${namespace} --no-headers`)).toMatch(/^web-\S+ +250m +64Mi$/);
    });

    test('typed commands: create configmap, secret, job, deployment, auth can-i', async () => {
      expect(await kubectl(`create configmap c -n ${namespace} --from-literal=a=b`)).toBe('configmap/c created');
      expect(await kubectl(`get configmap c -n ${namespace} -o jsonpath={.data.a}`)).toBe('b');
      expect(await kubectl(`create secret generic s -n ${namespace} --from-literal=a=b`)).toBe('secret/s created');
      expect(await kubectl(`get secret s -n ${namespace} -o jsonpath={.type},{.data.a}`)).toBe('Opaque,Yg==');
      expect(await kubectl(`create serviceaccount a -n ${namespace}`)).toBe('serviceaccount/a created');
      expect(await kubectl(`create deployment none -n ${namespace} --image=image:1 --replicas=0`)).toBe(
        'deployment.apps/none created',
      );
      expect(await kubectl(`get deploy none -n ${namespace} --no-headers`)).toMatch(/^none +0\/0/);
      expect(await kubectl(`create job j -n ${namespace} --image=image:1`)).toBe('job.batch/j created');
      expect(await kubectl(`get job j -n ${namespace} -o jsonpath={.spec.template.spec.containers[*].image}`)).toBe(
        'image:1',
      );
      expect(await kubectl(`auth can-i delete pods -n ${namespace}`)).toBe('yes');
      expect(await kubectl(`auth can-i --list -n ${namespace}`)).toContain('*.*');
      expect(await kubectl(`auth can-i delete pods -n ${namespace} --context verifier@embedded`)).toMatch(/^no/);
    });

    test('what cannot be read in protobuf is refused, saying what to send instead', async () => {
      // Kubectl before 1.33 sends JSON.
      expect(await kubectl(`create service clusterip p -n ${namespace} --tcp=80`)).toMatch(
        /^service\/p created$|does not read Service of v1 in protobuf: send the object in JSON, as kubectl apply -f does$/,
      );
      const manifest = await kubectl(`create service clusterip q -n ${namespace} --tcp=80 --dry-run=client -o yaml`);
      expect(await kubectl('apply -f -', manifest)).toBe('service/q created');
    });

    test('the reader is told what it may not do', async () => {
      expect(await kubectl(`get pods -n ${namespace} --context verifier@embedded`)).toBe(
        `Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:verify:reader" cannot list resource "pods" in API group "" in the namespace "${namespace}"`,
      );
    });

    test('get -w shows what changes until it is told to stop', async () => {
      const child = spawn(path, ['get', 'configmaps', '-n', namespace, '-w', '-o', 'name'], {
        env: { PATH: process.env.PATH, HOME: dirname(api.kubeconfigFile), KUBECONFIG: api.kubeconfigFile },
      });
      let seen = '';
      const watched = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk) => {
          seen += chunk;
          if (seen.includes('configmap/later')) resolve();
          else if (seen.includes('configmap/c')) void kubectl(`create configmap later -n ${namespace}`);
        });
      });
      await watched;
      child.kill();
      expect(seen.split('\n').slice(0, 2)).toEqual(['configmap/c', 'configmap/later']);
    });

    test('delete, and a namespace with all that is in it', async () => {
      expect(await kubectl(`delete configmap c -n ${namespace}`)).toMatch(/^configmap "c" deleted/);
      expect(await kubectl(`delete namespace ${namespace}`)).toBe(`namespace "${namespace}" deleted`);
      expect(await kubectl(`get namespace ${namespace}`)).toContain('NotFound');
      const left = ['pods', 'deployments.apps', 'jobs.batch', 'serviceaccounts'].join(',');
      expect(await kubectl(`get ${left} -n ${namespace}`)).toBe(`No resources found in ${namespace} namespace.`);
    });
  });
}
