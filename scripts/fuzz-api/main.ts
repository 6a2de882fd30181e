/**
 * `npm run fuzz -- api [--cases N] [--seed N] [--from N]`: asks the whole API, by its own OpenAPI document, what it does
 * and does not expect, against a dashboard and a lab that this program starts on loopback with a state folder to be thrown
 * away. It fails where an answer is 5xx, takes longer than 3 s or is a refusal that does not say what to do, and where the
 * dashboard does not live through it. A case is made by the seed and its number: `--from` begins at a number.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { type OpenApiDocument } from '@/lib/api/openapi';
import { command } from '@/lib/environment/arguments';
import { messageOfError } from '@/lib/model/message';
import { type Asked, type BoundedAnswer, boundedFetch, boundedStatus } from '@/lib/outgoing/bounded-fetch';
import { freePort } from '@/scripts/bench/free-port';
import { Processes, runProgram } from '@/scripts/processes';
import { type Case, casesOf, wellFormed } from './cases';

const slowestMs = 3000;
const answerBounds = { ms: 20_000, bytes: 64 * 2 ** 20 };
const atOnce = 2;
/** The runs that are there to be asked for may be deleted by a case: after so many there is a new one. */
const seedEvery = 400;
/** Of one kind that are remembered. */
const mostNames = 20;

const processes = new Processes();
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-fuzz-'));

const count = z.coerce.number().int().min(0);
const fuzz = command(
  {
    options: z.object({
      cases: count.default(10_000).meta({ value: 'N', description: 'requests to send' }),
      seed: count.optional().meta({ value: 'N', description: 'the same number, the same requests' }),
      from: count.default(0).meta({ value: 'N', description: 'the first one’s number' }),
    }),
    positionals: ['api'],
  },
  async ({ options: { cases, seed = Math.floor(Math.random() * 2 ** 31), from } }) => {
    const gateway = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
    await new Promise((resolve) => gateway.once('listening', resolve));
    const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    process.env.SCALETRACE_DIR = folder;
    process.env.DATABASE_URL = '';
    const lab = await processes.startLab({
      gateway: await freePort(),
      api: await freePort(),
      metrics: await freePort(),
    });
    const url = await processes.startDashboard({
      mode: 'start',
      host: '127.0.0.1',
      port: await freePort(),
      env: { KUBECONFIG: lab.kubeconfig, SCALETRACE_REQUIRE_SIGN_IN: '0', SCALETRACE_CHECK_ANSWERS: '1' },
    });
    const { body } = await boundedFetch(`${url}/api/openapi.json`, answerBounds);
    const made = casesOf(JSON.parse(body.toString()) as OpenApiDocument, { gatewayUrl });
    console.log(`seed ${seed}, ${cases} cases against ${url}`);
    const asker = new Asker(url, gatewayUrl);
    const startedMs = performance.now();
    let next = from;
    const work = async (): Promise<void> => {
      while (next < from + cases) {
        const number = next++;
        if ((number - from) % seedEvery === 0) await asker.seed();
        const [sample] = fc.sample(made, { numRuns: 1, seed: seedOf(seed, number) });
        if (sample) await asker.ask(number, sample);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    gateway.close();
    return asker.report(cases, Math.round((performance.now() - startedMs) / 1000));
  },
);

/** Of a case, so that seeds that stand side by side share none (Knuth's multiplicative hash). */
const seedOf = (seed: number, number: number): number => (Math.imul(seed, 0x9e3779b1) + number) | 0;

const refusalSchema = z.looseObject({
  title: z.string().min(1),
  detail: z.string().min(1),
  status: z.number(),
});

interface Answer {
  status: number;
  ms: number;
  type: string;
  text: string;
}

/** Sends cases, knows the names that answers gave, and notes what must not be. */
class Asker {
  /** Names by what they are of, as the path's second part says it. */
  private readonly known = new Map<string, string[]>();
  private readonly statuses = new Map<number, number>();
  private readonly times: number[] = [];
  private readonly faults: string[] = [];

  constructor(
    private readonly url: string,
    private readonly gatewayUrl: string,
  ) {}

  /** A service and a run to ask for. */
  async seed(): Promise<void> {
    const json = { 'content-type': 'application/json' };
    const service = JSON.stringify({ name: 'fuzzed', gatewayUrl: this.gatewayUrl, host: 'fuzzed.example' });
    const file =
      'response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n0.1,0,0,0,0.1,0,200,0.5\n';
    const post = (path: string, sent: Omit<Asked, 'method'>): Promise<BoundedAnswer> =>
      boundedFetch(`${this.url}${path}`, answerBounds, { method: 'POST', ...sent });
    this.learn('services', (await post('/api/services', { headers: json, body: service })).body.toString());
    this.learn('runs', (await post('/api/import?save=1&file=seed.csv', { body: file })).body.toString());
  }

  async ask(number: number, { method, ...request }: Case): Promise<void> {
    const address = this.addressOf(request);
    const what = `case ${number}: ${method} ${address.slice(this.url.length, this.url.length + 300)}`;
    try {
      let answer = await this.send(method, address, request);
      // Another's pause is not this one's: what is slow is asked again, and is slow if it is so twice.
      if (answer.ms > slowestMs) answer = await this.send(method, address, request);
      this.statuses.set(answer.status, (this.statuses.get(answer.status) ?? 0) + 1);
      this.times.push(answer.ms);
      const fault = faultOf(answer, method);
      if (fault) this.faults.push(`${what}\n  ${fault}${sentOf(request)}\n  ${answer.text.slice(0, 300)}`);
      else this.learn(kindOf(request.path), answer.text);
    } catch (error) {
      this.faults.push(`${what}\n  no answer: ${JSON.stringify(messageOfError(error))}${sentOf(request)}`);
    }
  }

  async report(cases: number, seconds: number): Promise<number> {
    const alive = await boundedStatus(`${this.url}/api/status`, slowestMs).catch(() => 0);
    if (alive !== 200) this.faults.push(`in the end GET /api/status answers ${alive}`);
    const sorted = this.times.sort((a, b) => a - b);
    const statuses = [...this.statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
    console.log(`${cases} cases in ${seconds} s; answers ${statuses.join(', ')}`);
    console.log(
      `p50 ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, p99 ${Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0)} ms, slowest ${Math.round(sorted.at(-1) ?? 0)} ms`,
    );
    for (const fault of this.faults.slice(0, 50)) console.log(fault);
    console.log(`${this.faults.length} faults`);
    return this.faults.length === 0 ? 0 : 1;
  }

  private async send(
    method: string,
    address: string,
    { type, body, endless }: Omit<Case, 'method'>,
  ): Promise<Answer> {
    const asked: Asked = {
      method,
      ...(type === null ? {} : { headers: { 'content-type': type } }),
      ...(body === null ? {} : { body }),
    };
    const startedMs = performance.now();
    if (endless) {
      const status = await boundedStatus(address, answerBounds.ms, asked);
      return { status, ms: performance.now() - startedMs, type: '', text: '' };
    }
    const answer = await boundedFetch(address, answerBounds, asked);
    return {
      status: answer.status,
      ms: performance.now() - startedMs,
      type: answer.headers['content-type'] ?? '',
      text: answer.body.toString(),
    };
  }

  private addressOf({ path, params, query }: Pick<Case, 'path' | 'params' | 'query'>): string {
    const names = this.known.get(kindOf(path)) ?? ['none'];
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = params[name] ?? 0;
      const text = typeof value === 'number' ? names[value % names.length]! : value;
      return encodeURIComponent(wellFormed(text));
    });
    const search = new URLSearchParams(query.map(([name, value]) => [name, wellFormed(value)])).toString();
    return `${this.url}${filled}${search === '' ? '' : `?${search}`}`;
  }

  /** Keeps the names in an answer: later cases ask for them. */
  private learn(kind: string, text: string): void {
    if (text.length > 1_000_000) return;
    const names = this.known.get(kind) ?? ['none'];
    this.known.set(kind, names);
    for (const [, name] of text.matchAll(/"(?:id|token|publicId)":"([^"\\]{1,100})"/g)) {
      if (names.includes(name!)) continue;
      if (names.length < mostNames) names.push(name!);
      else names[this.times.length % mostNames] = name!;
    }
  }
}

/** What a path's names are of: an import makes a run, a share is opened by its link. */
function kindOf(path: string): string {
  const [, , kind = ''] = path.split('/');
  return { import: 'runs', ingest: 'runs', share: 'shares' }[kind] ?? kind;
}

/** What must not be of an answer. */
function faultOf({ status, ms, type, text }: Answer, method: string): string | null {
  if (status >= 500 || status < 200) return `answers ${status}`;
  if (ms > slowestMs) return `takes ${Math.round(ms)} ms`;
  if (status < 400 || status === 405 || method === 'HEAD' || text === '') return null;
  if (!type.startsWith('application/problem+json')) return `refuses (${status}) as ${type || 'nothing'}`;
  const refusal = refusalSchema.safeParse(JSON.parse(text));
  return refusal.success && refusal.data.status === status ? null : `refuses (${status}) without saying why`;
}

function sentOf({ body }: Omit<Case, 'method'>): string {
  if (body === null) return '';
  return `\n  sent ${typeof body === 'string' ? body.slice(0, 500) : Buffer.from(body.slice(0, 300)).toString('base64')}`;
}

await runProgram(
  async () => {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  },
  () =>
    fuzz.start(
      { name: 'npm run fuzz --', summary: 'asks the whole API what it does and does not expect' },
      process.argv.slice(2),
    ),
  () => 130,
);
