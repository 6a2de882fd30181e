import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import compile from 'icu-minify/compile';
import { boundBySchema, createAutoscaler, explain, onRecordedMetric, resolveConfig } from '@/lib/autoscaling';
import { type Code, message, messageOfIssue, type SentMessage, sentMessage } from '@/lib/model/message';
import { invalidInput } from '@/lib/model/problem';
import { problemKinds } from '@/lib/model/problem-kinds';
import { storyMessage } from '@/lib/timeline/story-message';
import { type StorySentence } from '@/lib/timeline/story-sentence';
import { whyUnclear } from '@/lib/timeline/threshold-message';
import { codeSpaces } from '@/lib/model/generated/codes';
import { locales, messagesOf, wordsOf } from './catalogue';
import { english } from './english';
import { problemBody } from './problem-body';
import { say } from './say';
import { loadZodWords } from './zod-words';

const sayIn = (locale: string, sent: SentMessage): string => say({ locale, t: wordsOf(locale) }, sent);
const zh = (sent: SentMessage): string => sayIn('zh-Hant', sent);

const codes = codeSpaces.flatMap((space) =>
  Object.entries(messagesOf('en')[space]).map(
    ([key, sentence]) => [`${space}.${key}` as Code, sentence] as const,
  ),
);

/** Each placeholder with something that can be filled in: numbers where a number is asked for, else words that stand out. */
function samplesOf(sentence: string): Record<string, unknown> {
  const samples: Record<string, unknown> = {};
  const visit = (node: unknown): void => {
    if (!Array.isArray(node)) return;
    const [name, kind, options] = node as [unknown, unknown, unknown];
    if (typeof name !== 'string' || (node.length > 1 && typeof kind !== 'number')) return node.forEach(visit);
    if (node.length === 1) samples[name] ??= `‹${name}›`;
    else if (kind === 1) samples[name] = Object.keys(options as object)[0];
    else samples[name] = 3;
    if (typeof options === 'object' && options !== null) Object.values(options).forEach(visit);
  };
  const compiled: unknown = compile(sentence);
  if (Array.isArray(compiled)) compiled.forEach(visit);
  return samples;
}

/** Chinese has words of its own for these, so what is filled in is not seen. */
const chosen = new Set(['needed', 'role', 'scope', 'state']);

describe('each code', () => {
  it.each(locales().map((locale) => [locale]))('is said with its data in %s', (locale) => {
    expect(codes.length).toBeGreaterThan(350);
    for (const [code, sentence] of codes) {
      const data = samplesOf(sentence);
      const said = sayIn(locale, { code, data });
      expect(said, code).not.toMatch(/undefined|\{|\}|^[\w-]+\.[\w-]+$/);
      expect(said.trim(), code).not.toBe('');
      for (const [name, value] of Object.entries(data))
        if (value === `‹${name}›` && !chosen.has(name)) expect(said, code).toContain(value);
    }
  });

  it('of a problem has a status of its own and a title that there is', () => {
    const refusals = Object.keys(messagesOf('en').problems).map((key) => `problems.${key}`);
    expect(Object.keys(problemKinds).sort()).toEqual(refusals.sort());
    const titles = Object.values(problemKinds).map(([, title]) => title as string);
    expect([...new Set(titles)].sort()).toEqual(Object.keys(messagesOf('en').titles).sort());
    for (const [status] of Object.values(problemKinds)) expect(status).toBeGreaterThanOrEqual(400);
  });
});

describe('say', () => {
  it('says messages inside messages, and several in a row', () => {
    const sent = message('problems.own-configuration-refused', {
      problems: [
        message('config.problem', {
          annotation: 'autoscaling.knative.dev/window',
          problem: message('config.outside', { low: '6s', value: '5s', high: '1h0m0s' }),
        }),
        message('config.problem', {
          annotation: 'autoscaling.knative.dev/metric',
          problem: message('config.metric-name'),
        }),
      ],
    });
    expect(english(sent)).toBe(
      'Knative refuses the service’s own configuration, so it cannot be replayed: autoscaling.knative.dev/window: expected 6s <= 5s <= 1h0m0s; autoscaling.knative.dev/metric: invalid value: must name a metric.',
    );
    expect(zh(sent)).toBe(
      'Knative 拒絕服務本身的設定，因此無法重播：autoscaling.knative.dev/window：應為 6s <= 5s <= 1h0m0s；autoscaling.knative.dev/metric：值不正確：須指明指標。',
    );
  });

  it('puts nothing after a sentence that ends in its own full stop', () => {
    const errors = [
      message('validation.variable-reserved', { name: 'PATH' }),
      message('validation.variable-set-by-scaletrace', { name: 'HOST' }),
    ];
    const sent = message('problems.reserved-names', { errors });
    expect(zh(sent)).toBe(
      'PATH 不能當作腳本的變數：k6 本身或系統會讀取它。HOST 由 Scaletrace 設定：目標一律是已登錄的服務。',
    );
    expect(english(sent)).toBe(errors.map(english).join('; '));
  });

  it('closes a bracket without the full stop of the sentence in it', () => {
    const reason = message('unread.failed', {
      resource: 'pods/proxy',
      cause: 'no answer',
      without: message('unread.without-activator'),
    });
    const gap = message('narrative.gap-open', {
      from: { figure: 'second', value: 0 },
      what: 'reports',
      reason,
    });
    expect(english(gap)).toMatch(/is not known\)\.$/);
    expect(zh(gap)).toMatch(/[^。]）。$/);
  });

  it('shows what an older Scaletrace stored, and what a newer one sends, as it is', () => {
    expect(zh(sentMessage(null, null, 'k6 sent no metrics'))).toBe('k6 sent no metrics');
    expect(zh(sentMessage('gaps.of-tomorrow', {}, 'the moon was full'))).toBe('the moon was full');
    expect(zh(sentMessage('gaps.no-metrics', {}, 'k6 sent no metrics'))).toBe('k6 沒有送出指標');
  });

  it('keeps what another program said as the cause', () => {
    const cause = 'TypeError: x is not a function';
    const sent = message('reasons.with-cause', { reason: message('reasons.k6-script-threw'), cause });
    expect(zh(sent)).toBe(`腳本擲出例外：${cause}`);
  });
});

describe('what zod says', () => {
  const schema = z.strictObject({
    text: z.iso.date(),
    list: z.array(z.number()).min(2),
    missing: z.number(),
    kind: z.enum(['a', 'b']),
    step: z.number().multipleOf(2),
    pattern: z.string().regex(/^a+$/),
  });
  const { error } = schema.safeParse({ text: '', list: [1], kind: 'c', step: 3, pattern: 'b', more: 1 });
  beforeAll(() => loadZodWords('zh-Hant'));

  it('is said by its own words of the language, also after it was sent', () => {
    expect(error!.issues).toHaveLength(7);
    for (const issue of error!.issues) {
      const sent = JSON.parse(JSON.stringify(messageOfIssue(issue))) as SentMessage;
      expect(sayIn('en', sent)).toBe(issue.message);
      expect(zh(sent), issue.message).toMatch(/[\u4e00-\u9fff]/);
    }
    const array = z.array(z.string()).safeParse(1).error!.issues[0];
    expect(zh(messageOfIssue(array))).toBe('無效的輸入值：預期為 array，但收到 number');
  });

  it.each([
    [z.number().max(200), 500, 'at most 200', '最多 200'],
    [z.int().min(1), 0, '1 or more', '須為 1 以上'],
    [z.int(), 1.5, 'must be a whole number', '須為整數'],
    [z.string().min(1), '', 'at least 1 character', '至少 1 個字元'],
    [z.string().max(3), 'long', 'at most 3 characters', '最多 3 個字元'],
    [z.record(z.string().max(3), z.string()), { long: '' }, 'at most 3 characters', '最多 3 個字元'],
  ])('is said of limits as people do: %#', (limited, value, english, chinese) => {
    const sent = messageOfIssue(limited.safeParse(value).error!.issues[0]);
    expect([sayIn('en', sent), zh(sent)]).toEqual([english, chinese]);
  });

  it('is answered in English with its code beside the field', () => {
    const body = problemBody(
      invalidInput(z.object({ ids: z.array(z.string()) }).safeParse({ ids: 1 }).error!),
    );
    expect(body).toMatchObject({
      title: 'Invalid input',
      status: 400,
      detail: 'ids: Invalid input: expected array, received number',
      code: 'problems.invalid-field',
      errors: [{ path: 'ids', message: 'Invalid input: expected array, received number', code: 'zod' }],
    });
    expect(zh({ code: body.code, data: body.data })).toBe('ids：無效的輸入值：預期為 array，但收到 number');
  });
});

const { config } = resolveConfig({
  annotations: {
    'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/max-scale': '20',
  },
  containerConcurrency: 5,
});
const autoscaler = createAutoscaler(config, { atMs: 1_700_000_000_000, readyPods: 1, replicas: 1 });
autoscaler.record({ atMs: 1_700_000_001_000, value: 50 });
const decision = autoscaler.tick({ atMs: 1_700_000_002_000, readyPods: 1, replicas: 1 });
const numbersIn = (text: string): number[] =>
  (text.match(/\d+(\.\d+)?/g) ?? []).map(Number).sort((a, b) => a - b);

describe('a decision explained', () => {
  it('has the same numbers in both languages', () => {
    expect(decision.desiredPods).toBe(10);
    expect(numbersIn(zh(explain(decision)))).toEqual(numbersIn(english(explain(decision))));
    expect(zh(explain(decision))).toContain('恐慌模式');
  });

  it.each(boundBySchema.options)('has as many parts for the rule %s in both', (boundBy) => {
    const plain = {
      ...decision,
      panicMode: false,
      reason: { ...decision.reason, deciderBoundBy: 'stable' as const },
    };
    const parts = (text: string, separator: string): number => text.split(separator).length;
    for (const one of [
      { ...plain, boundBy },
      { ...plain, boundBy, reason: { ...plain.reason, deciderBoundBy: boundBy } },
    ])
      expect(parts(zh(explain(one)), '；')).toBe(parts(english(explain(one)), '; '));
  });
});

it.each([
  ['hpa', '有 4 個處理中請求時為 80 %'],
  ['other', 'other.autoscaling'],
])('an assumption of class %s keeps its numbers and names', (name, words) => {
  const { assumptions } = onRecordedMetric(
    resolveConfig({
      annotations: { 'autoscaling.knative.dev/class': `${name}.autoscaling.knative.dev` },
      containerConcurrency: 5,
    }),
  );
  expect(assumptions).toHaveLength(1);
  expect(zh(assumptions[0]!)).toContain(words);
});

const place = { range: null, eventId: null };
const paid = {
  unit: 'http' as const,
  requests: 500,
  waited: 412,
  waitedP95Ms: 40,
  p95Ms: 38,
  steadyP95Ms: 31,
};
const sentences: StorySentence[] = [
  {
    ...place,
    kind: 'asked',
    script: 'spike',
    service: 'hello',
    host: 'h.example.com',
    scenarios: [
      {
        name: 'a',
        executor: 'shared-iterations',
        startMs: 0,
        vus: 50,
        iterations: 900,
        perSecond: null,
        durationMs: null,
      },
      {
        name: 'b',
        executor: 'constant-arrival-rate',
        startMs: 0,
        vus: null,
        iterations: null,
        perSecond: 40,
        durationMs: 30_000,
      },
    ],
  },
  { ...place, kind: 'rules', class: 'MPA', target: 5, metric: 'concurrency', minScale: 1, maxScale: 20 },
  {
    ...place,
    kind: 'load',
    unit: 'http',
    requests: 900,
    failures: 7,
    perSecond: 33.3,
    p50Ms: 30,
    p99Ms: 60,
    peakReadyPods: 4,
    interrupted: 50,
  },
  { ...place, kind: 'thresholds', met: 1, unclear: 1, total: 3 },
  { ...place, kind: 'thresholds', met: 5, unclear: 0, total: 5 },
  {
    ...place,
    kind: 'threshold-unclear',
    metric: 'm',
    source: 'p(95)<500',
    why: whyUnclear({ metric: 'm', type: 'trend', contains: 'time' }, { between: { least: 480, most: 523 } }),
  },
  { ...place, kind: 'threshold-crossed', metric: 'm', source: 'p(95)<500', value: 812, unit: 'ms' },
  {
    ...place,
    kind: 'cold-start',
    atMs: 1000,
    unit: 'http',
    lengthMs: 650,
    requests: 50,
    slowest: { leastMs: 700, mostMs: 700 },
    isInIncident: false,
  },
  {
    ...place,
    kind: 'cold-start',
    atMs: 1000,
    unit: 'http',
    lengthMs: 650,
    requests: 50,
    slowest: { leastMs: 700, mostMs: 700 },
    isInIncident: true,
  },
  {
    ...place,
    kind: 'scaled-up',
    dueMs: 4000,
    steps: 2,
    from: 3,
    to: 13,
    readyAfterMs: 310,
    mostReady: 13,
    paid: null,
  },
  { ...place, kind: 'missed', dueMs: 4000, steps: 2, from: 1, to: 20, mostReady: 1, paid },
  { ...place, kind: 'scaled-down', dueMs: 9000, steps: 3, from: 20, to: 2, goneAfterMs: 930 },
  { ...place, kind: 'kept', dueMs: 9000, from: 5, to: 4 },
  { ...place, kind: 'unexpected', atMs: 9000, steps: 4, from: 20, to: 18 },
  {
    ...place,
    kind: 'lost',
    atMs: 7000,
    untilMs: 28_000,
    pods: 3,
    restarted: false,
    reason: 'Error',
    readyAfterMs: 810,
  },
  { ...place, kind: 'gap', what: 'pods', fromMs: 27_000, toMs: 28_000, reason: 'lab ended' },
  { ...place, kind: 'no-scaling', pods: 6 },
];

describe('the story', () => {
  it.each(sentences.map((sentence) => [sentence.kind, sentence] as const))(
    'says the same numbers in both languages: %s',
    (_kind, sentence) => {
      const [said, chinese] = [english(storyMessage(sentence)), zh(storyMessage(sentence))];
      expect(numbersIn(chinese)).toEqual(numbersIn(said));
      expect(said).toMatch(/\.$/);
      expect(chinese).toMatch(/[\u4e00-\u9fff].*。$/);
    },
  );

  it.each(locales())(
    'tells moments by the clock of the reader in %s, and never in seconds of the run then',
    (locale) => {
      const atClock = sentences.map((sentence) =>
        say({ locale, t: wordsOf(locale), moment: (atMs) => `<${atMs}>` }, storyMessage(sentence)),
      );
      for (const said of atClock) expect(said).not.toMatch(/[Ss]econd <|> s\b|第 <|> 秒/);
      const [gap, lost] = ['gap', 'lost'].map(
        (kind) => atClock[sentences.findIndex((one) => one.kind === kind)],
      );
      expect(gap).toContain('<27000>');
      expect(gap).toContain('<28000>');
      expect(lost).toContain('<7000>');
    },
  );

  it.each(['grpc', 'websocket'] as const)('calls %s’s requests by their own name', (unit) => {
    const own = sentences.map((one) => ({
      ...one,
      ...('unit' in one && one.unit === 'http' ? { unit } : {}),
      ...('paid' in one && one.paid ? { paid: { ...one.paid, unit } } : {}),
    }));
    const said = own.map((one) => storyMessage(one as StorySentence));
    const names = { grpc: ['calls', '呼叫'], websocket: ['sessions', '連線'] }[unit];
    expect(said.map(english).join(' ')).toContain(names[0]);
    expect(said.map(english).join(' ')).not.toMatch(/\brequests?\b(?! a second)/i);
    expect(said.map(zh).join(' ')).toContain(names[1]);
    expect(said.map(zh).join(' ')).not.toMatch(/請求(?!／秒)/);
  });

  it('names the late pod by its place', () => {
    const late: StorySentence = {
      ...place,
      kind: 'scaled-up',
      dueMs: 4000,
      steps: 1,
      from: 0,
      to: 10,
      readyAfterMs: 3100,
      mostReady: 10,
      paid,
    };
    expect(english(storyMessage(late))).toBe(
      'Second 4: 10 pods were due (from 0), the tenth was ready 3.1 s later; 412 requests were slow, p95 of these 40 ms against 31 ms in the steady state.',
    );
    expect(zh(storyMessage(late))).toContain('第 10 個在 3.1 秒後就緒；412 個請求偏慢');
  });
});
