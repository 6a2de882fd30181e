import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { invalidInput } from '@/lib/api/problem';
import { problemOf } from '@/app/_ui/data/api';
import { serverWordsIn } from './server-words';
import { sentencesZhHant } from './server-words-zh-hant';
import { storyZhHant } from './story-zh-hant';

const zh = (text: string): string => serverWordsIn('zh-Hant', text);

describe('serverWordsIn', () => {
  it.each([
    ['taken from the queue', '已從佇列移除'],
    [
      'There is no script "spike": choose one of the list, or send scriptText.',
      '沒有腳本「spike」：請從清單中選擇，或傳送 scriptText。',
    ],
    ['stopped by a user; teardown ran', '由使用者停止；已執行 teardown'],
    ['The run is finished already.', '測試的狀態已是「已完成」。'],
    [
      'This takes the role runner; yours is viewer. An admin can change it.',
      '這需要「執行者」角色；目前的角色是「檢視者」。管理員可以變更。',
    ],
    ['The cluster answered 500.', '叢集回應 500。'],
    [
      'the script threw an exception: TypeError: x is not a function; at line 3',
      '腳本擲出例外：TypeError: x is not a function; at line 3',
    ],
    [
      "the gateway's metrics cannot be read: http://127.0.0.1:4380/metrics answered 503",
      '讀不到閘道的指標：http://127.0.0.1:4380/metrics 回應 503',
    ],
    [
      'The cluster at https://10.0.0.1 does not answer (no answer within 3 s). Is it running, and is KUBECONFIG right?',
      '位於 https://10.0.0.1 的叢集沒有回應（3 秒內沒有回應）。它在執行嗎？KUBECONFIG 正確嗎？',
    ],
    ['remove.afterDays: at least 1 day', 'remove.afterDays：至少 1 天'],
    [
      'minScale must be at most 100,000: more pods are not simulated',
      'minScale 最多 100,000：更多的 Pod 不會模擬',
    ],
    [
      'PATH cannot be a script’s variable: k6 itself or the system reads it.; HOST is set by Scaletrace: the target is always the registered service.',
      'PATH 不能當作腳本的變數：k6 本身或系統會讀取它。HOST 由 Scaletrace 設定：目標一律是已登錄的服務。',
    ],
    [
      'Knative refuses the service’s own configuration, so it cannot be replayed: autoscaling.knative.dev/window: expected 6s <= 5s <= 1h0m0s; autoscaling.knative.dev/metric: invalid value: must name a metric.',
      'Knative 拒絕服務本身的設定，因此無法重播：autoscaling.knative.dev/window：應為 6s <= 5s <= 1h0m0s；autoscaling.knative.dev/metric：值不正確：須指明指標。',
    ],
    [
      'This is not a Knative Service: kind: Invalid input: expected "Service"; metadata.name: Invalid input: expected string, received undefined',
      '這不是 Knative Service：kind：應為 "Service"；metadata.name：缺少這個值，應為字串',
    ],
    ['invalid value: 5s: expected 6s <= 5s <= 1h0m0s', '值 5s 不正確：應為 6s <= 5s <= 1h0m0s'],
    ['line 3: "x" is not later than the line before it', '第 3 行：「x」沒有晚於前一行'],
  ])('%s', (english, chinese) => {
    expect(zh(english)).toBe(chinese);
    expect(serverWordsIn('en', english)).toBe(english);
  });

  it.each([
    '',
    'toString',
    'Error from server (Forbidden): pods is forbidden',
    'a; b',
    `${'k6 said very much '.repeat(2000)}`,
  ])('leaves what it does not know as it is', (text) => {
    expect(zh(text)).toBe(text);
  });

  it('keeps what is filled in, in each sentence of the table', () => {
    const filledIn = (text: string): string[] => (text.match(/\{\w*\}/g) ?? []).sort();
    // What zod calls the kind of a value is told by the unit alone.
    for (const [english, chinese] of Object.entries(sentencesZhHant))
      expect(filledIn(chinese), english).toEqual(filledIn(english).filter((place) => place !== '{origin}'));
  });
});

it('translates what zod itself says', () => {
  const schema = z.strictObject({
    text: z.string().min(1),
    long: z.string().max(2),
    list: z.array(z.number()).min(2),
    most: z.array(z.number()).max(1),
    exact: z.string().length(3),
    low: z.number().min(2),
    high: z.number().max(2),
    above: z.number().gt(2),
    below: z.number().lt(2),
    whole: z.int(),
    missing: z.number(),
    kind: z.enum(['a', 'b']),
    one: z.literal('a'),
    url: z.url(),
    id: z.uuid(),
    pattern: z.string().regex(/a/),
    step: z.number().multipleOf(2),
    either: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b') }),
    ]),
  });
  const { issues } = schema.safeParse({
    text: '',
    long: 'abc',
    list: [1],
    most: [1, 2],
    exact: 'a',
    low: 1,
    high: 3,
    above: 2,
    below: 2,
    whole: 1.5,
    kind: 'c',
    one: 'b',
    url: 'x',
    id: 'x',
    pattern: 'b',
    step: 3,
    either: { kind: 'c' },
    more: 1,
    evenMore: 1,
  }).error!;
  expect(issues.length).toBeGreaterThanOrEqual(19);
  for (const { message } of issues) expect(isTranslated(message), `${message}: ${zh(message)}`).toBe(true);
});

it('comes to a page by its language', () => {
  const { title, detail, errors } = invalidInput(
    z.object({ ids: z.array(z.string()) }).safeParse({ ids: 1 }).error!,
  );
  const body = { title, status: 400, detail, errors };
  expect(problemOf(400, body)).toMatchObject({
    title: 'Invalid input',
    detail: 'ids: Invalid input: expected array, received number',
  });
  const had = Object.getOwnPropertyDescriptor(globalThis, 'document');
  Object.defineProperty(globalThis, 'document', {
    configurable: true,
    value: { documentElement: { lang: 'zh-Hant' } },
  });
  try {
    expect(problemOf(400, body)).toMatchObject({
      title: '輸入不正確',
      detail: 'ids：應為清單，收到的是數字',
      errors: [{ path: 'ids', message: '應為清單，收到的是數字' }],
    });
  } finally {
    if (had) Object.defineProperty(globalThis, 'document', had);
    else Reflect.deleteProperty(globalThis, 'document');
  }
  expect(
    storyZhHant({
      kind: 'gap',
      what: 'requests',
      fromMs: 1000,
      toMs: 5000,
      reason: 'k6 sent no metrics',
      range: null,
      eventId: null,
    }),
  ).toContain('k6 沒有送出指標');
});

/** Not for a user of the pages: where, and why. */
const forProgrammers: readonly [RegExp, string][] = [
  [/^lib\/statistics\//, 'a stored histogram that is damaged is answered as an internal error'],
  [/^lib\/store\/migrations\.ts/, 'told on the terminal at the start'],
  [/^lib\/loadgen\/remote-write\.ts|^lib\/api\/ingest\.ts/, 'answered to k6'],
  [/^lib\/api\/(check-)?answer\.ts.*(contract|gives a Response)/, 'of tests and while developing'],
  [/^lib\/autoscaling\/hpa\//, 'conditions of the calculation, which no page shows'],
  [/^lib\/sharing\/share-picture\.ts/, 'a word of a picture'],
  [/: the script$/, 'put into k6’s own text for the script’s path'],
  [/problem\.ts:\d+: There is no such/, 'what there is none of is looked at in each call of notFound'],
];

/** Where in a check's arguments zod takes its message. */
const placeOfMessage: Readonly<Record<string, number>> = {
  string: 0,
  number: 0,
  boolean: 0,
  int: 0,
  url: 0,
  email: 0,
  uuid: 0,
  positive: 0,
  nonnegative: 0,
  nonempty: 0,
  min: 1,
  max: 1,
  length: 1,
  regex: 1,
  refine: 1,
  enum: 1,
  literal: 1,
  array: 1,
  gt: 1,
  gte: 1,
  lt: 1,
  lte: 1,
  multipleOf: 1,
  startsWith: 1,
  endsWith: 1,
  includes: 1,
};
/** Calls of our own that are handed a sentence, and where. */
const placeOfSentence: Readonly<Record<string, number>> = {
  refuse: 2,
  gapBegins: 2,
  onGapStart: 1,
  gapStarts: 0,
  onFailure: 0,
  end: 1,
  take: 1,
};
const namesOfSentences = new Set([
  'message',
  'error',
  'title',
  'detail',
  'stateReason',
  'reason',
  'words',
  'why',
]);
/** Files that make nothing but sentences for a user: each of their texts of more than one word counts. */
const wholeFiles = [
  'lib/loadgen/exit-codes.ts',
  'lib/loadgen/script-error.ts',
  'lib/autoscaling/config/annotations.ts',
  'lib/autoscaling/config/cluster-config.ts',
];

/** What an expression can say: each branch of a condition, with `x1`, `x2` … for what is filled in. Empty: nothing of our own words. */
function saidBy(node: ts.Expression): string[] {
  let filled = 0;
  const say = (one: ts.Expression): string[] => {
    if (ts.isStringLiteralLike(one)) return [one.text];
    if (ts.isParenthesizedExpression(one)) return say(one.expression);
    if (ts.isConditionalExpression(one)) return [...say(one.whenTrue), ...say(one.whenFalse)];
    if (ts.isBinaryExpression(one) && ['||', '??'].includes(one.operatorToken.getText()))
      return [...say(one.left), ...say(one.right)];
    if (ts.isTemplateExpression(one))
      return one.templateSpans.reduce(
        (heads, span) =>
          heads.flatMap((head) => inside(span.expression).map((text) => head + text + span.literal.text)),
        [one.head.text],
      );
    return [];
  };
  const inside = (one: ts.Expression): string[] => {
    const said = ts.isConditionalExpression(one)
      ? [...inside(one.whenTrue), ...inside(one.whenFalse)]
      : say(one);
    return said.length > 0 ? [...new Set(said)] : [`x${++filled}`];
  };
  return say(node);
}

/** The sentences that a file can say to a user, with their places. */
function sentencesOf(path: string): { text: string; where: string }[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found: { text: string; where: string }[] = [];
  const at = (node: ts.Node): string =>
    `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const take = (node: ts.Expression | undefined, isTitle = false): void => {
    if (!node) return;
    for (const text of saidBy(node))
      if (/[a-z]{2}/i.test(text.replace(/x\d+/g, '')) && (isTitle || /\s/.test(text.trim())))
        found.push({ text, where: at(node) });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) {
      // Of every class: a new kind of error is not to be forgotten.
      const name = node.expression.getText();
      for (const argument of node.arguments?.slice(0, name === 'Problem' ? 3 : 1) ?? [])
        take(argument, name === 'Problem' || name === 'Refused');
    }
    if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : node.expression.getText();
      if (name === 'notFound' || name === 'found')
        for (const what of node.arguments.slice(0, 1).flatMap(saidBy))
          found.push({ text: `There is no such ${what}. It may have been deleted.`, where: at(node) });
      const place = placeOfMessage[name] ?? placeOfSentence[name];
      if (place !== undefined || node.expression.kind === ts.SyntaxKind.SuperKeyword)
        take(node.arguments[place ?? 0]);
    }
    if (
      (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) &&
      namesOfSentences.has(node.name.getText())
    )
      take(node.initializer);
    if (
      wholeFiles.includes(path) &&
      (ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)) &&
      / /.test(node.getText())
    )
      take(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** In Chinese, with no two English words side by side but what is quoted: names may stay, sentences may not. */
function isTranslated(text: string): boolean {
  const own = zh(text).replace(/"[^"]*"|`[^`]*`|「[^」]*」/g, '');
  return /[\u4e00-\u9fff]/.test(own) && !/[a-z]{2,} [a-z]{2,}/.test(own);
}

describe('the server’s sentences', () => {
  const paths = readdirSync('lib', { recursive: true, encoding: 'utf8' })
    .map((file) => join('lib', file))
    .filter(
      (path) =>
        path.endsWith('.ts') && !/\.test\.ts$|^lib\/store\/generated|^lib\/(lab|environment)\//.test(path),
    );
  const all = paths.flatMap(sentencesOf);
  const isFor = (place: RegExp, { text, where }: (typeof all)[number]): boolean =>
    place.test(`${where}: ${text}`);

  it('are found where they are made', () => {
    const texts = new Set(all.map(({ text }) => text));
    expect(texts.size).toBeGreaterThan(300);
    for (const text of [
      'Link has ended',
      'at least 1 day',
      'taken from the queue',
      'k6 sent no metrics',
      'must be positive',
      'the watch broke: connection lost',
      'line x1: x2',
      'There is no such run. It may have been deleted.',
      'This is not your password now.',
    ])
      expect(texts.has(text), text).toBe(true);
    for (const [place, why] of forProgrammers)
      expect(
        all.some((one) => isFor(place, one)),
        why,
      ).toBe(true);
  });

  it('each have a translation: put those that are named here into app/_ui/words/server-words-zh-hant', () => {
    const forUsers = all.filter((one) => !forProgrammers.some(([place]) => isFor(place, one)));
    expect(
      forUsers
        .filter(({ text }) => !isTranslated(text))
        .map(({ text, where }) => ({ text, where, soFar: zh(text) })),
    ).toEqual([]);
  });
});
