import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, urlOf } from '@/lib/loadgen/fake-server';
import { openTestStore, queueRun, registerService, type TestStore } from '@/lib/runs/fake-run';
import { recordingOf, setRecording } from '@/lib/runs/recording';
import { Boards } from '@/lib/runs/boards';
import { RunManager } from '@/lib/runs/manager';
import { FakeEngine } from '@/lib/loadgen/fake-engine';
import { newSecret } from '@/lib/access/secret';
import { setStore } from '@/lib/store/client';
import { onPostgres } from '@/lib/store/fake-database';
import { registerDashboard, removeDashboard } from '@/lib/store/leases/dashboards';
import { setThisDashboard } from '@/lib/store/leases/this-dashboard';
import { claimRun } from '@/lib/store/leases/runs';
import { moveRun } from '@/lib/store/runs';
import { answerPush } from './ingest';

/** What the dashboard that a runner's push reaches does with one of a run that another records. */
describe.runIf(onPostgres)('a push of a run that another dashboard records', () => {
  let opened: TestStore;
  let peer: Server;
  let answerOfPeer = 204;
  const taken: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  const { secret, hash } = newSecret();

  beforeAll(async () => {
    opened = await openTestStore(5000);
    const { store } = opened;
    setStore(store);
    setRecording(recordingOf(new RunManager(store, new FakeEngine()), new Boards(store)));
    peer = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request
        .on('data', (piece: Buffer) => pieces.push(piece))
        .on('end', () => {
          taken.push({
            url: request.url ?? '',
            headers: request.headers,
            body: Buffer.concat(pieces).toString(),
          });
          response.writeHead(answerOfPeer).end();
        });
    });
    await listen(peer);
    for (const [id, peerUrl] of [
      ['owner', `${urlOf(peer)}/`],
      ['silent', null],
      ['unreached', 'http://127.0.0.1:1'],
    ] as const)
      await registerDashboard(store, { id, host: 'here', address: 'http://here', peerUrl }, null);
    for (const id of ['owner', 'silent', 'unreached']) {
      const run = await queueRun(store, await registerService(store, id), `of-${id}`);
      expect(await claimRun(store, run, id)).toBe(true);
      await moveRun(store, run.id, 'starting', { ingestSecretHash: hash });
      await moveRun(store, run.id, 'running');
    }
  });
  beforeEach(() => {
    taken.length = 0;
    answerOfPeer = 204;
  });
  afterAll(async () => {
    peer.close();
    await opened.close();
  });

  async function push(run: string, more: Record<string, string> = {}): Promise<[number, string]> {
    const answer = await answerPush(
      new Request(`http://localhost/api/ingest/${run}?runner=load-1&life=a`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, ...more },
        body: 'a push',
      }),
    );
    return [answer.status, await answer.text()];
  }

  it('is taken by that one, as it came, and answered as there', async () => {
    expect(await push('of-owner')).toEqual([204, '']);
    expect(taken).toMatchObject([
      {
        url: '/api/ingest/of-owner?runner=load-1&life=a',
        body: 'a push',
        headers: { authorization: `Bearer ${secret}`, 'scaletrace-passed': '1' },
      },
    ]);
    answerOfPeer = 503;
    expect((await push('of-owner'))[0]).toBe(503);
  });

  it('is passed on once: never when it was passed, nor to this dashboard itself, nor without the run’s secret', async () => {
    expect((await push('of-owner', { 'scaletrace-passed': '1' }))[0]).toBe(503);
    expect((await push('of-owner', { authorization: 'Bearer another' }))[0]).toBe(403);
    setThisDashboard('owner');
    expect((await push('of-owner'))[0]).toBe(409);
    setThisDashboard(null);
    expect(taken).toEqual([]);
  });

  it('is to be sent again where that one cannot be reached, says no address, or is gone; not once the run has ended', async () => {
    const [status, text] = await push('of-unreached');
    expect([status, text]).toEqual([503, expect.stringContaining('127.0.0.1:1') as unknown]);
    expect(await push('of-silent')).toEqual([503, expect.stringContaining('SCALETRACE_PEER_URL') as unknown]);
    await removeDashboard(opened.store, 'silent');
    expect(await push('of-silent')).toEqual([503, expect.stringContaining('gone') as unknown]);
    await moveRun(opened.store, 'of-silent', 'interrupted', { endedAtMs: Date.now() });
    expect((await push('of-silent'))[0]).toBe(409);
  });
});
