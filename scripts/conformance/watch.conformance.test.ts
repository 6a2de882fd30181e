import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readClusterVersion } from '@/lib/cluster/client';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { watchPods, type WatchedPodEvent } from '@/lib/cluster/watch-pods';
import { type Message } from '@/lib/model/message';
import { english, textOf } from '@/lib/words/english';
import { Authority } from './certificates';
import { ControlPlane, haveParts } from './control-plane';
import { bring, makePod, pods } from './pods';
import { TcpProxy } from './tcp-proxy';

interface Watched {
  events: WatchedPodEvent[];
  gaps: { fromMs: number; toMs: number | null; reason: Message }[];
  listed: Promise<void>;
  stop: () => void;
}

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function watch(config: KubeConfig, service: string): Watched {
  const events: WatchedPodEvent[] = [];
  const gaps: Watched['gaps'] = [];
  const { listed, stop } = watchPods({
    config,
    namespace: 'default',
    labelSelector: `serving.knative.dev/service=${service}`,
    onEvent: (event) => events.push(event),
    onGapStart: (fromMs, reason) => gaps.push({ fromMs, toMs: null, reason }),
    onGapEnd: (atMs) => (gaps.at(-1)!.toMs = atMs),
  });
  cleanUps.push(stop);
  return { events, gaps, listed, stop };
}

const until = (test: () => unknown, timeout = 60_000): Promise<unknown> =>
  vi.waitUntil(test, { timeout, interval: 20 });
const seen = ({ events }: Watched, name: string): string[] =>
  events.filter((event) => event.name === name).map(({ phase }) => phase);

describe.skipIf(!haveParts('etcd', 'kube-apiserver', 'openssl'))(
  'the pod watch against a real API server',
  () => {
    let plane: ControlPlane;
    beforeAll(async () => {
      plane = await ControlPlane.start();
    });
    afterAll(() => plane.close());

    it('tells each phase of a pod with the server’s own time', async () => {
      const watched = watch(plane.config(), 'phases');
      await watched.listed;
      const beganMs = Date.now();
      await makePod(plane, 'phases-1', 'phases');
      for (const phase of ['creating', 'running', 'ready'] as const)
        await bring(plane, 'phases-1', 'phases', phase);
      await plane.do('DELETE', `${pods}/phases-1`, { gracePeriodSeconds: 30 });
      await until(() => seen(watched, 'phases-1').includes('terminating'));
      await plane.do('DELETE', `${pods}/phases-1`, { gracePeriodSeconds: 0 });
      await until(() => seen(watched, 'phases-1').includes('gone'));
      const phases = seen(watched, 'phases-1');
      expect(phases.filter((phase, place) => phase !== phases[place - 1])).toEqual([
        'pending',
        'starting',
        'ready',
        'terminating',
        'gone',
      ]);
      for (const { phase, serverAtUnixMs } of watched.events) {
        // Whole seconds of the server's clock, which is ours.
        if (phase !== 'gone') expect(serverAtUnixMs).toBeGreaterThan(beganMs - 2000);
      }
      expect(watched.gaps).toEqual([]);
    });

    it('lists again where the version was compacted away, and misses nothing', async () => {
      await makePod(plane, 'compacted-1', 'compacted', 'ready');
      const proxy = await TcpProxy.to(plane.port);
      cleanUps.push(() => proxy.close());
      const watched = watch(plane.config({ port: proxy.port }), 'compacted');
      await watched.listed;
      proxy.set('refuse');
      await until(() => watched.gaps.length === 1);
      await makePod(plane, 'compacted-2', 'compacted');
      await plane.do('DELETE', `${pods}/compacted-1`, { gracePeriodSeconds: 0 });
      // What the API server remembers by itself is gone with its restart, what etcd knows by the compaction.
      await plane.compact();
      await plane.stopApiServer();
      await plane.startApiServer();
      proxy.set('ok');
      await until(() => watched.gaps.every(({ toMs }) => toMs !== null));
      await until(
        () => seen(watched, 'compacted-2').length > 0 && seen(watched, 'compacted-1').includes('gone'),
      );
      expect(watched.events.find(({ name }) => name === 'compacted-2')?.type).toBe('LIST');
      await bring(plane, 'compacted-2', 'compacted', 'ready');
      await until(() => seen(watched, 'compacted-2').includes('ready'));
    });

    it('tells of an API server that stands still, from the last proof of its life on', async () => {
      const watched = watch(plane.config(), 'frozen');
      await watched.listed;
      await pause(3000);
      const frozenMs = Date.now();
      plane.freeze();
      cleanUps.push(() => plane.thaw());
      await pause(20_000);
      expect(watched.gaps).toMatchObject([{ toMs: null, reason: { code: 'gaps.server-silent' } }]);
      // The server is asked each two seconds.
      expect(watched.gaps[0]!.fromMs).toBeGreaterThan(frozenMs - 4000);
      expect(watched.gaps[0]!.fromMs).toBeLessThanOrEqual(frozenMs + 1000);
      const thawedMs = Date.now();
      plane.thaw();
      await makePod(plane, 'frozen-1', 'frozen');
      await until(() => watched.gaps[0]?.toMs !== null && seen(watched, 'frozen-1').includes('pending'));
      expect(watched.gaps[0]!.toMs).toBeGreaterThanOrEqual(thawedMs);
    });

    it('tells of bytes that were held back on the way, and of what they held back', async () => {
      const proxy = await TcpProxy.to(plane.port);
      cleanUps.push(() => proxy.close());
      const watched = watch(plane.config({ port: proxy.port }), 'held');
      await watched.listed;
      await pause(3000);
      const heldMs = Date.now();
      proxy.set('stall');
      await makePod(plane, 'held-1', 'held');
      await pause(30_000);
      expect(watched.gaps).toMatchObject([{ toMs: null }]);
      expect(watched.gaps[0]!.fromMs).toBeLessThanOrEqual(heldMs + 1000);
      proxy.set('ok');
      await until(
        () => watched.gaps.every(({ toMs }) => toMs !== null) && seen(watched, 'held-1').length > 0,
      );
      // The pod's time is that of its making, however late we heard of it.
      const [event] = watched.events.filter(({ name }) => name === 'held-1');
      expect(event!.serverAtUnixMs).toBeLessThan(heldMs + 2000);
      expect(event!.atUnixMs).toBeGreaterThan(heldMs + 29_000);
    });

    it('names an API server that accepts and never answers, and comes back to it', async () => {
      const proxy = await TcpProxy.to(plane.port);
      cleanUps.push(() => proxy.close());
      proxy.set('hole');
      const config = plane.config({ port: proxy.port });
      expect(await readClusterVersion(config, 1000).catch(textOf)).toMatch(/no answer within 1 s/i);
      const watched = watch(config, 'hole');
      expect(await watched.listed.catch(textOf)).toMatch(/no answer within/i);
      expect(watched.gaps).toMatchObject([{ toMs: null }]);
      proxy.set('ok');
      await until(() => watched.gaps[0]!.toMs !== null);
      await makePod(plane, 'hole-1', 'hole');
      await until(() => seen(watched, 'hole-1').includes('pending'));
    });

    it('takes up its watch after the API server was started anew', async () => {
      await makePod(plane, 'restart-1', 'restart', 'ready');
      const watched = watch(plane.config(), 'restart');
      await watched.listed;
      await plane.stopApiServer();
      await until(() => watched.gaps.length > 0);
      await plane.startApiServer();
      await makePod(plane, 'restart-2', 'restart', 'ready');
      await until(
        () => watched.gaps.every(({ toMs }) => toMs !== null) && seen(watched, 'restart-2').includes('ready'),
      );
      expect(seen(watched, 'restart-1')).not.toContain('gone');
    });

    it('hears of its own service alone among 5,000 foreign pods', async () => {
      let made = 0;
      const make = async (): Promise<void> => {
        while (made < 5000) {
          const n = made++;
          await makePod(plane, `foreign-${n}`, `other-${n % 200}`);
        }
      };
      await Promise.all(Array.from({ length: 24 }, make));
      const watched = watch(plane.config(), 'own');
      await watched.listed;
      await makePod(plane, 'own-1', 'own');
      await bring(plane, 'foreign-1', 'other-1', 'ready');
      await bring(plane, 'own-1', 'own', 'ready');
      await until(() => seen(watched, 'own-1').includes('ready'));
      expect(new Set(watched.events.map(({ name }) => name))).toEqual(new Set(['own-1']));
      expect(watched.gaps).toEqual([]);
    });

    it('names what is wrong with a certificate', async () => {
      const stranger = new Authority(plane.folder, 'openssl', 'stranger');
      const said = await watch(plane.config({ authority: stranger.certificate }), 'none').listed.catch(
        textOf,
      );
      expect(said).toMatch(/certificate/i);
    });

    it('tells of a token that ran out while it watched, and goes on with the next one of its file', async () => {
      await plane.account('watcher', [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]);
      const tokenFile = join(plane.folder, 'token');
      // API servers take a token for a minute past its end.
      writeFileSync(tokenFile, plane.token('watcher', -50));
      const file = join(plane.folder, 'kubeconfig');
      writeFileSync(
        file,
        JSON.stringify({
          'current-context': 'real',
          clusters: [
            {
              name: 'real',
              cluster: {
                server: `https://127.0.0.1:${plane.port}`,
                'certificate-authority': plane.authority.certificate,
              },
            },
          ],
          users: [{ name: 'watcher', user: { tokenFile } }],
          contexts: [{ name: 'real', context: { cluster: 'real', user: 'watcher' } }],
        }),
      );
      vi.stubEnv('KUBECONFIG', file);
      const config = loadKubeConfig('/nowhere');
      const watched = watch(config, 'expiry');
      await watched.listed;
      // An API server remembers for some seconds that a token was good.
      await vi.waitFor(
        async () =>
          expect(await watch(config, 'expiry').listed.catch(textOf)).toMatch(/does not know this account/),
        { timeout: 60_000, interval: 2000 },
      );
      writeFileSync(tokenFile, plane.token('watcher'));
      const again = watch(config, 'expiry');
      await again.listed;
      await makePod(plane, 'expiry-1', 'expiry');
      await until(() => seen(again, 'expiry-1').length > 0);
      expect(again.gaps.map(({ reason }) => english(reason))).toEqual([]);
    });
  },
);
