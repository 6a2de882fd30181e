import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterError } from '@/lib/cluster/client';
import { applyKnativeService, listKnativeServices, untilServiceReady } from '@/lib/cluster/knative';
import { variable } from '@/lib/environment/environment';
import { textOf } from '@/lib/words/english';
import { ControlPlane, haveParts } from './control-plane';

const services = '/apis/serving.knative.dev/v1/namespaces/default/services';
const theirs = variable('SCALETRACE_CRDS');
const kinds: [string, string][] = [
  ['our own small ones', 'testdata/crds'],
  ...(theirs ? ([['Knative’s', theirs]] as [string, string][]) : []),
];

const yaml = (name: string, lines: { annotations?: string; spec?: string } = {}): string => `
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: ${name}}
spec:
  template:
    metadata:
      annotations: {${lines.annotations ?? ''}}
    spec:
      ${lines.spec ?? 'containerConcurrency: 5'}
      containers: [{image: docker.io/scaletrace/helloworld-go}]
`;

describe.skipIf(!haveParts('etcd', 'kube-apiserver', 'openssl')).each(kinds)(
  'Knative’s resources in a real API server, by %s',
  (_what, crds) => {
    let plane: ControlPlane;
    beforeAll(async () => {
      plane = await ControlPlane.start();
      await plane.install(crds);
    });
    afterAll(() => plane.close());

    it('applies as kubectl does: what an earlier apply set and this one leaves out is gone', async () => {
      const config = plane.config();
      const first = await applyKnativeService(
        config,
        yaml('shop', {
          annotations: 'autoscaling.knative.dev/min-scale: "2", autoscaling.knative.dev/max-scale: "9"',
        }),
      );
      expect(first).toMatchObject({ namespace: 'default', containerConcurrency: 5 });
      const second = await applyKnativeService(
        config,
        yaml('shop', { annotations: 'autoscaling.knative.dev/max-scale: "7"' }),
      );
      expect(second.annotations).toEqual({ 'autoscaling.knative.dev/max-scale': '7' });
    });

    it('lists services with the host that Knative gives, and waits for readiness', async () => {
      const config = plane.config();
      await applyKnativeService(config, yaml('cart'));
      expect(await untilServiceReady(config, 'default', 'cart', 300)).toBe(false);
      await plane.change(`${services}/cart/status`, {
        status: {
          url: 'http://cart.default.example.com',
          latestReadyRevisionName: 'cart-blue',
          observedGeneration: 1,
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-27T07:00:00Z' }],
        },
      });
      expect(await untilServiceReady(config, 'default', 'cart', 300)).toBe(true);
      expect(await listKnativeServices(config)).toContainEqual(
        expect.objectContaining({ name: 'cart', host: 'cart.default.example.com' }),
      );
    });

    it('shows a refusal at its field, in the API server’s words', async () => {
      const refused = await applyKnativeService(
        plane.config(),
        yaml('wrong', { spec: 'containerConcurrency: "five"' }),
      ).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ClusterError);
      expect((refused as ClusterError).errors).toMatchObject([
        { path: 'spec.template.spec.containerConcurrency' },
      ]);
      expect(textOf(refused)).toMatch(/containerConcurrency.*integer/);
    });

    it('names the right that a listing lacks', async () => {
      await plane.account('nobody', []);
      const said = await listKnativeServices(plane.config({ token: plane.token('nobody') })).catch(textOf);
      expect(said).toMatch(/nobody.*cannot list resource "services" in API group "serving.knative.dev"/);
    });
  },
);
