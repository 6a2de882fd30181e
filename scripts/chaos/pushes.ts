import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo } from 'node:net';
import protobuf from 'protobufjs';
import { compressSync } from 'snappy';
import { createIngest, type Ingest } from '@/lib/loadgen/ingest';
import { type Recording } from '@/lib/model/recording';
import { type RunState } from '@/lib/model/run';

const answerMs = 5000;
const betweenOwnMs = 60;

/** What was sent to one run, and what of it was acknowledged. */
interface Sent {
  /** Of k6's pushes, what all of them hold together, and those that were answered 2xx. */
  all: Ingest;
  acknowledged: Ingest;
  acknowledgedPushes: number;
  refusedPushes: number;
  /** Pushes of our own, each with a number: how many were sent, and which were answered 2xx. */
  own: number;
  ownAcknowledged: Set<string>;
}

/**
 * Stands between k6's guards and the dashboard: passes on what they push, remembers what was acknowledged, and sends
 * pushes of its own beside it, each of which can be told from all others.
 */
export class PushKeeper {
  private readonly runs = new Map<string, Sent>();
  private readonly server = createServer((request, response) => {
    void this.pass(request)
      .catch(() => 502)
      .then((status) => response.writeHead(status).end());
  });

  /** `dashboardUrl`: where pushes go on to. */
  constructor(private readonly dashboardUrl: string) {}

  /** Its address, once it listens. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** What was sent to a run and acknowledged, in words. */
  said(run: string): string {
    const sent = this.runs.get(run);
    return sent
      ? `${sent.acknowledgedPushes + sent.ownAcknowledged.size} pushes acknowledged, ${sent.acknowledged.totals.get('http_reqs') ?? 0} requests in them`
      : 'nothing pushed';
  }

  /** How many pushes were acknowledged to a run. */
  acknowledged(run: string): number {
    const sent = this.runs.get(run);
    return sent ? sent.acknowledgedPushes + sent.ownAcknowledged.size : 0;
  }

  /** How many of k6's pushes to a run were answered as not stored. */
  refused(run: string): number {
    return this.runs.get(run)?.refusedPushes ?? 0;
  }

  /** How many requests k6 told of, whatever became of its pushes. */
  requests(run: string): number {
    return this.runs.get(run)?.all.totals.get('http_reqs') ?? 0;
  }

  /**
   * What of a run is not as it was acknowledged, in words; none: all is there, and nothing is there twice. A run that went
   * on to its load's end without any push proves nothing.
   */
  missing(run: string, state: RunState, { series, points }: Pick<Recording, 'series' | 'points'>): string[] {
    const sent = this.runs.get(run);
    if (state === 'finished' && this.acknowledged(run) === 0)
      return ['its load went to its end, and no push of it was acknowledged'];
    if (!sent) return [];
    const stored = (metric: string): { tags: Record<string, string>; value: number }[] => {
      const tagsOf = new Map(series.filter((one) => one.metric === metric).map(({ id, tags }) => [id, tags]));
      return points.flatMap(({ seriesId, value }) => {
        const tags = tagsOf.get(seriesId);
        return tags ? [{ tags, value: value ?? 0 }] : [];
      });
    };
    const sum = stored('http_reqs').reduce((total, { value }) => total + value, 0);
    const least = sent.acknowledged.totals.get('http_reqs') ?? 0;
    const most = sent.all.totals.get('http_reqs') ?? 0;
    const own = stored(ownMetric).map(({ tags }) => tags.push ?? '');
    const lost = [...sent.ownAcknowledged].filter((push) => !own.includes(push));
    const twice = own.filter((push, i) => own.indexOf(push) !== i);
    return [
      ...(sum < least ? [`${least - sum} of ${least} acknowledged requests are not stored`] : []),
      ...(sum > most ? [`${sum - most} more requests are stored than k6 told of`] : []),
      ...(lost.length > 0
        ? [`${lost.length} of ${sent.ownAcknowledged.size} acknowledged pushes are lost: ${lost.join(' ')}`]
        : []),
      ...(twice.length > 0 ? [`pushes are stored twice: ${twice.join(' ')}`] : []),
    ];
  }

  private async pass(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '';
    const run = path.split('/').at(-1)!;
    const secret = request.headers.authorization ?? '';
    let sent = this.runs.get(run);
    if (!sent) {
      sent = {
        all: createIngest(),
        acknowledged: createIngest(),
        acknowledgedPushes: 0,
        refusedPushes: 0,
        own: 0,
        ownAcknowledged: new Set(),
      };
      this.runs.set(run, sent);
      void this.sendOwn(path, secret, sent);
    }
    sent.all.push(body, Date.now());
    const status = await this.post(path, secret, body);
    if (status < 300) {
      sent.acknowledged.push(body, Date.now());
      sent.acknowledgedPushes++;
    } else sent.refusedPushes++;
    return status;
  }

  /** One push after another, until the run takes none any more. */
  private async sendOwn(path: string, secret: string, sent: Sent): Promise<void> {
    for (;;) {
      const push = `${++sent.own}`;
      const status = await this.post(path, secret, ownPush(push)).catch(() => 0);
      if (status >= 200 && status < 300) sent.ownAcknowledged.add(push);
      else if (status < 500) return;
      await new Promise((resolve) => setTimeout(resolve, betweenOwnMs));
    }
  }

  private async post(path: string, authorization: string, body: Uint8Array<ArrayBuffer>): Promise<number> {
    const answer = await fetch(`${this.dashboardUrl}${path}`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body,
      signal: AbortSignal.timeout(answerMs),
    });
    await answer.arrayBuffer();
    return answer.status;
  }
}

const ownMetric = 'chaos_pushes';

/** Remote write of one counter, tagged with the push's number (prompb's field numbers). */
function ownPush(push: string): Uint8Array<ArrayBuffer> {
  const root = protobuf.Writer.create();
  root.uint32(10).fork();
  for (const [name, value] of [
    ['__name__', `k6_${ownMetric}_total`],
    ['push', push],
  ] as const)
    root.uint32(10).fork().uint32(10).string(name).uint32(18).string(value).ldelim();
  root.uint32(18).fork().uint32(9).double(1).uint32(16).int64(Date.now()).ldelim().ldelim();
  return new Uint8Array(compressSync(Buffer.from(root.finish())));
}
