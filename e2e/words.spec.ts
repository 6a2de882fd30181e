import { expect, type APIRequestContext, type Page } from '@playwright/test';
import { test } from './test';
import { boundBySchema } from '@/lib/autoscaling';
import { type Run } from '@/lib/model/run';
import { Processes } from '@/scripts/processes';
import { applyTutorial, startTutorial, untilEnded } from './api';
import { madeUpLocale } from './made-up-language';
import { ownState } from './own-state';
import { dashboardPort } from './ports';

test.describe.configure({ mode: 'serial' });

// A dashboard of its own: what other stories name and delete meanwhile would be words that no answer has any more.
const port = dashboardPort + 30;
test.use({ baseURL: `http://127.0.0.1:${port}` });

const processes = new Processes();
let run: Run;

test.beforeAll(async ({ request }) => {
  await ownState('words');
  await processes.startDashboard({ mode: 'start', host: '127.0.0.1', port });
  const started = await startTutorial(request, await applyTutorial(request, 'words'), 3000);
  run = await untilEnded(request, started.id);
  await learnData(request);
});

test.afterAll(() => processes.stopAll());

test.beforeEach(async ({ context, baseURL }) => {
  await context.addCookies([{ name: 'scaletrace-locale', value: madeUpLocale, url: baseURL! }]);
});

/** The field's own terms, which are the same in every language, and what k6 calls its figures. */
const terms =
  /\b(Scaletrace|k6|Knative|KPA|MPA|HPA|[kmh]pa|rps|concurrency|linear|weighted-exponential|min|avg|med|max|count|rate|value|passes|fails|kB|null|true|false|address|GMT|UTC)\b/g;
const identifier = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Every text that the API has of the data: names, notes, rules, what a script says of itself. */
const data = new Set<string>(boundBySchema.options);

async function learnData(request: APIRequestContext): Promise<void> {
  const learn = (value: unknown): void => {
    if (typeof value === 'string') data.add(value);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) {
        data.add(key);
        learn(inner);
      }
  };
  for (const path of [
    'runs?pageSize=200',
    'runs/tags',
    'services',
    'scripts',
    'audit',
    'status',
    `runs/${run.id}`,
    // With the words of the cluster: a pod that is slow to answer its probes has Events.
    `runs/${run.id}/recording?detail=1`,
    `runs/${run.id}/metrics`,
    `runs/${run.id}/log`,
  ]) {
    const answer = await request.get(`/api/${path}`);
    expect(answer.ok(), path).toBe(true);
    learn(await answer.json());
  }
}

/** A text without what the data brings, as whole words, and without the field's terms. */
function withoutData(text: string): string {
  return [...data]
    .filter((one) => /[A-Za-z]/.test(one) && text.includes(one))
    .sort((a, b) => b.length - a.length)
    .reduce(
      (rest, one) => rest.replaceAll(new RegExp(`(?<![A-Za-z])${escaped(one)}(?![A-Za-z])`, 'g'), ' '),
      text.replace(identifier, ' '),
    )
    .replace(terms, ' ');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Texts of the page, and what it tells a screen reader, that are not from the catalogue: those in plain letters. */
async function plainTexts(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    // What is data or a language of its own: code, times, the languages' own names.
    const other =
      'code, pre, kbd, samp, time, script, style, textarea, svg, canvas, .font-mono, .cm-editor, [translate=no], [lang]:not(html)';
    const found: string[] = [];
    for (const element of document.querySelectorAll('body, body *')) {
      if (element.closest(other)) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt'])
        if (element.hasAttribute(name)) found.push(element.getAttribute(name)!);
      for (const node of element.childNodes)
        if (node.nodeType === Node.TEXT_NODE && node.textContent!.trim() !== '')
          found.push(node.textContent!.trim());
    }
    return found;
  });
  return [...new Set(texts)].filter((text) => /[A-Za-z]{3,}/.test(withoutData(text)));
}

const pages = (id: string): string[] => [
  '/',
  '/?q=nothing-has-this-name',
  '/services',
  '/scripts',
  '/import',
  '/runs/new',
  `/runs/${id}`,
  `/runs/${id}?tab=events`,
  `/runs/${id}?tab=decisions`,
  `/runs/${id}?tab=k6`,
  `/runs/${id}?tab=log`,
  `/runs/${id}?tab=script`,
  `/runs/${id}/what-if`,
  `/compare?runs=${id}`,
  `/compare?runs=${id},${id}`,
  '/trends',
  '/what-if',
  '/settings',
  '/settings/account',
  '/settings/audit',
  '/settings/tokens',
  '/settings/users',
  '/sign-in',
  '/runs/nowhere',
  '/nowhere',
  '/share/nowhere',
];

test('every page speaks a language that is one file more', async ({ page }) => {
  // Two dozen pages, each with the patience of a story.
  test.setTimeout(600_000);
  const plain: Record<string, string[]> = {};
  for (const path of pages(run.id)) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', madeUpLocale);
    await page.waitForLoadState('networkidle');
    const texts = await plainTexts(page);
    if (texts.length > 0) plain[path] = texts;
  }
  expect(plain).toEqual({});
});
