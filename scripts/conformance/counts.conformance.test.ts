import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  connect,
  constants,
  createServer as createHttp2Server,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type Http2Server,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { Gateway } from '@/lib/lab/gateway';
import { prometheusText, Upstream as LabUpstream } from '@/lib/lab/upstream';
import { freePort, haveParts } from './control-plane';
import { startEnvoy } from './envoy';

/** A gateway before the same pods: the real one, or the lab's. */
interface Side {
  url: string;
  /** Its page of metrics. */
  text: () => Promise<string>;
}

/** What both sides have: pods of two requests at once, and a queue of two. */
const inPod = 2;
const inQueue = 2;
const host = 'shop.prod.example.com';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listen(server: Server | TcpServer | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function realOne(ports: number[], isH2c: boolean): Promise<Side> {
  const envoy = await startEnvoy([
    {
      host,
      cluster: 'prod/shop-00001',
      port: ports,
      maxPending: inQueue,
      retries: 2,
      ...(isH2c ? { http2: true, maxStreams: inPod, maxConnections: 1 } : { maxConnections: inPod }),
    },
  ]);
  cleanUps.push(envoy.close);
  return { url: envoy.gatewayUrl, text: async () => (await fetch(envoy.metricsUrl)).text() };
}

async function labsOne(ports: number[], isH2c: boolean): Promise<Side> {
  const upstream = new LabUpstream('prod/shop-00001', inPod, () => {});
  for (const [n, port] of ports.entries()) upstream.addPod(`pod-${n}`, port, isH2c ? 'h2c' : 'http1');
  const gateway = new Gateway({ maxPending: inQueue });
  gateway.route(host, [{ upstream, percent: 100 }]);
  const port = await listen(gateway.server);
  cleanUps.push(
    () => upstream.close(),
    () => gateway.close(),
  );
  return { url: `http://127.0.0.1:${port}`, text: () => Promise.resolve(prometheusText([upstream])) };
}

const names = ['active', 'pending_active', 'total', 'completed', 'pending_overflow', 'cancelled'];

/** What its metrics say, once they have said the same for a while. */
async function counts({ text }: Side): Promise<Record<string, number>> {
  let before = '';
  let said: Record<string, number> = {};
  await vi.waitUntil(
    async () => {
      const rows = (await text()).split('\n');
      const valueOf = (metric: string, label = ''): number =>
        rows
          .filter((row) => row.startsWith(`envoy_cluster_upstream_${metric}{`) && row.includes(label))
          .reduce((sum, row) => sum + Number(row.slice(row.lastIndexOf(' ') + 1)), 0);
      said = Object.fromEntries([
        ...names.map((name) => [name, valueOf(`rq_${name}`)] as const),
        ...[1, 2, 4, 5].map(
          (digit) => [`${digit}xx`, valueOf('rq_xx', `envoy_response_code_class="${digit}"`)] as const,
        ),
      ]);
      const now = JSON.stringify(said);
      return now === before || ((before = now), false);
    },
    { timeout: 5000, interval: 60 },
  );
  return said;
}

type Story = (side: Side, tell: (what: string) => Promise<void>) => Promise<void>;

/** Tells the same story to both, each with pods of its own, and gives what they counted at each of its moments. */
async function toldByBoth(
  pods: () => Promise<{ ports: number[]; isH2c: boolean; story: Story }>,
): Promise<{ envoy: Record<string, unknown>; lab: Record<string, unknown> }> {
  const tell = async (make: typeof realOne): Promise<Record<string, unknown>> => {
    const { ports, isH2c, story } = await pods();
    const side = await make(ports, isH2c);
    const moments: Record<string, unknown> = {};
    await story(side, async (what) => void (moments[what] = await counts(side)));
    return moments;
  };
  return { envoy: await tell(realOne), lab: await tell(labsOne) };
}

/** A request of HTTP/1.1 on a connection of its own. */
function ask(side: Side): { status: Promise<number>; leave: () => void } {
  const request = get(side.url, { headers: { host }, agent: false });
  request.on('error', () => {});
  cleanUps.push(() => request.destroy());
  const status = once(request, 'response').then(([answer]: IncomingMessage[]) => {
    answer!.resume();
    return answer!.statusCode!;
  });
  status.catch(() => {});
  return { status, leave: () => request.destroy() };
}

describe.skipIf(!haveParts('envoy'))('the lab’s gateway counts as a real Envoy does', () => {
  it('requests of HTTP/1.1 in pods, in the queue, refused, left and answered', async () => {
    const { envoy, lab } = await toldByBoth(async () => {
      const held: ServerResponse[] = [];
      const pod = createServer((_, answer) => held.push(answer));
      return {
        ports: [await listen(pod)],
        isH2c: false,
        story: async (side, tell) => {
          const asked = [];
          for (let n = 0; n < inPod + inQueue + 2; n++) {
            asked.push(ask(side));
            await pause(20);
          }
          const refused = await Promise.all(asked.slice(-2).map(({ status }) => status));
          expect(refused).toEqual([503, 503]);
          await tell('as many as it takes and two more');
          asked[inPod + inQueue - 1]!.leave();
          await tell('one that waited has left');
          held.shift()!.end('done');
          await vi.waitUntil(() => held.length === inPod, { timeout: 5000 });
          await tell('one is answered');
          asked[1]!.leave();
          await tell('one in a pod has left');
          for (const answer of held.splice(0)) answer.end();
          await tell('all are answered');
        },
      };
    });
    expect(lab).toEqual(envoy);
    expect(envoy['as many as it takes and two more']).toMatchObject({
      active: inPod,
      pending_active: inQueue,
    });
  });

  it('streams of one connection, for as long as they are open', async () => {
    const { envoy, lab } = await toldByBoth(async () => {
      const streams: ServerHttp2Stream[] = [];
      const pod = createHttp2Server();
      pod.on('stream', (stream, headers) => {
        stream.on('error', () => {}).resume();
        stream.respond({ ':status': 200 });
        if (headers[':path'] === '/warm') return void stream.end();
        streams.push(stream);
        stream.write('open');
      });
      return {
        ports: [await listen(pod)],
        isH2c: true,
        story: async (side, tell) => {
          const session = connected(side);
          // Until a first one has been there, Envoy has all wait for the connection.
          await once(stream(session, '/warm'), 'end');
          const asked: ClientHttp2Stream[] = [];
          for (let n = 0; n < inPod + inQueue + 2; n++) {
            asked.push(stream(session, '/open'));
            await pause(20);
          }
          await tell('as many as it takes and two more');
          asked[inPod + inQueue - 1]!.close(constants.NGHTTP2_CANCEL);
          await tell('one that waited has left');
          streams.shift()!.end();
          await vi.waitUntil(() => streams.length === inPod, { timeout: 5000 });
          await tell('the pod has ended one, its client has not');
          asked[1]!.close(constants.NGHTTP2_CANCEL);
          await tell('a client has left');
          streams.at(-1)!.close(constants.NGHTTP2_INTERNAL_ERROR);
          await tell('the pod has broken one off');
        },
      };
    });
    expect(lab).toEqual(envoy);
    expect(envoy['as many as it takes and two more']).toMatchObject({
      active: inPod,
      pending_active: inQueue,
    });
  });

  it('WebSockets, for as long as they are open; and upgrades that wait, that are refused, that a pod refuses', async () => {
    const { envoy, lab } = await toldByBoth(async () => {
      const sockets = new WebSocketServer({ noServer: true });
      const pod = createServer();
      let refuses = false;
      pod.on('upgrade', (request, socket, head) => {
        if (refuses) socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        else sockets.handleUpgrade(request, socket, head, (opened) => opened.on('error', () => {}));
      });
      return {
        ports: [await listen(pod)],
        isH2c: false,
        story: async (side, tell) => {
          const asked: WebSocket[] = [];
          const said: string[] = [];
          const open = async (): Promise<void> => {
            const socket = new WebSocket(side.url.replace('http', 'ws'), { headers: { host } });
            socket.on('error', ({ message }) => said.push(message));
            cleanUps.push(() => socket.terminate());
            asked.push(socket);
            await pause(20);
          };
          for (let n = 0; n < inPod + inQueue + 1; n++) await open();
          await tell('as many as it takes and one more');
          expect(said).toEqual(['Unexpected server response: 503']);
          asked[0]!.close();
          await vi.waitUntil(() => asked[inPod]!.readyState === WebSocket.OPEN, { timeout: 5000 });
          await tell('one has closed, the next is open');
          asked[inPod]!.terminate();
          await tell('another is cut');
          for (const socket of asked) socket.terminate();
          await tell('all are gone');
          refuses = true;
          await open();
          await tell('the pod refuses');
          expect(said.at(-1)).toBe('Unexpected server response: 403');
        },
      };
    });
    expect(lab).toEqual(envoy);
  });

  it('pods that cannot be reached, and pods that break off', async () => {
    const { envoy, lab } = await toldByBoth(async () => {
      let asked = 0;
      const pod = createTcpServer((socket) =>
        socket
          .on('error', () => {})
          .once('data', () => {
            asked++;
            socket.destroy();
          }),
      );
      return {
        ports: [await listen(pod)],
        isH2c: false,
        story: async (side, tell) => {
          expect(await ask(side).status).toBe(503);
          // It may have begun with it.
          expect(asked).toBe(1);
          await tell('it broke off');
        },
      };
    });
    expect(lab).toEqual(envoy);
    for (const make of [realOne, labsOne]) {
      const alive = await listen(createServer((_, answer) => answer.end()));
      const side = await make([await freePort(), alive], false);
      for (let n = 0; n < 6; n++) expect(await ask(side).status).toBe(200);
      const nobody = await make([await freePort()], false);
      expect(await ask(nobody).status).toBe(503);
    }
  });

  it('tells gRPC clients of its own answers as Envoy does', async () => {
    const { envoy, lab } = await toldByBoth(async () => ({
      ports: [await freePort()],
      isH2c: true,
      story: async (side, tell) => {
        const session = connected(side);
        for (const [authority, status] of [
          [host, '14'],
          ['nobody.example.com', '12'],
        ] as const) {
          const request = session.request(
            {
              ':path': '/a.B/C',
              ':method': 'POST',
              ':authority': authority,
              'content-type': 'application/grpc',
            },
            { endStream: true },
          );
          const [headers] = (await once(request, 'response')) as [Record<string, unknown>];
          expect([headers[':status'], headers['content-type'], headers['grpc-status']]).toEqual([
            200,
            'application/grpc',
            status,
          ]);
        }
        await tell('none came through');
      },
    }));
    expect(lab).toEqual(envoy);
  });
});

function connected(side: Side): ClientHttp2Session {
  const session = connect(side.url);
  session.on('error', () => {});
  cleanUps.push(() => session.destroy());
  return session;
}

/** A request that its client does not end, as of a bidirectional stream. */
function stream(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const opened = session.request(
    { ':path': path, ':method': 'POST', ':authority': host },
    { endStream: false },
  );
  return opened.on('error', () => {}).resume();
}
