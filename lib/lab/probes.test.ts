import { createServer as createHttp1, type Server } from 'node:http';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import { type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { type KnativeService } from './knative-service';
import { firstAfterMs, kubeletReadiness, periodMs, probeOnce, probesOf, type Probe } from './probes';
import { admitKnativeService } from './webhook';

const withReadiness = (readinessProbe?: Probe): KnativeService =>
  admitKnativeService({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'shop' },
    spec: {
      template: {
        spec: { containers: [{ image: 'helloworld-go', ...(readinessProbe ? { readinessProbe } : {}) }] },
      },
    },
  });

it('gives readiness what Knative gives it by default', () => {
  expect(probesOf(withReadiness()).readiness).toEqual({ tcpSocket: {}, successThreshold: 1 });
  const own = { httpGet: { path: '/ready' }, periodSeconds: 2 };
  expect(probesOf(withReadiness(own)).readiness).toEqual({
    ...own,
    successThreshold: 1,
    failureThreshold: 3,
    timeoutSeconds: 1,
  });
  expect(kubeletReadiness({ tcpSocket: {} })).toMatchObject({ periodSeconds: 10, timeoutSeconds: 1 });
});

it('asks at the kubelet’s first beat that is not too early, and without a period as soon as it may', () => {
  expect(firstAfterMs({ periodSeconds: 2, initialDelaySeconds: 3 })).toBe(4000);
  expect(firstAfterMs({ periodSeconds: 2 })).toBe(0);
  expect(firstAfterMs({ initialDelaySeconds: 3 })).toBe(3000);
  expect(periodMs({ periodSeconds: 2 })).toBe(2000);
  expect(periodMs({})).toBeLessThan(1000);
});

it('tells a port that nobody listens on from one that speaks HTTP/2 only', async () => {
  const said = async (server: Server | Http2Server): Promise<string | null> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const words = await probeOnce({ httpGet: {} }, { port, environment: {} });
    await new Promise((resolve) => server.close(resolve));
    expect(await probeOnce({ httpGet: {} }, { port, environment: {} })).toMatch(/connection refused$/);
    return words;
  };
  expect(await said(createHttp1((_, answer) => answer.end()))).toBeNull();
  expect(await said(createHttp2())).toMatch(/malformed HTTP response$/);
});
