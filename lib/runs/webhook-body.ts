import { createHmac } from 'node:crypto';
import { maskOf } from '@/lib/masking/mask';
import { ownWordsOf } from '@/lib/masking/own-words';
import { unitOf } from '@/lib/model/protocol';
import { type Run } from '@/lib/model/run';
import { verdictNewsSchema, type VerdictNews, type Webhook } from '@/lib/model/webhook';
import { wordsOf } from '@/lib/words/catalogue';
import { formatMs, formatNumber, formatShare, formatWorstIncident } from '@/lib/words/format';

/** What is told of a run that has its verdict, its secrets masked. `baseUrl`: the dashboard's address. */
export function newsOf(run: Run, baseUrl: string, sentAtMs: number): VerdictNews {
  const { figures, verdict } = run;
  return maskOf(run).shape<VerdictNews>(
    {
      type: 'run.verdict',
      sentAtMs,
      run: {
        id: run.id,
        name: run.name,
        state: run.state,
        scriptName: run.scriptName,
        protocols: run.protocols,
        originMs: run.originMs,
        endedAtMs: run.endedAtMs,
        url: `${baseUrl}/runs/${run.id}`,
      },
      service: { name: run.service.name, namespace: run.service.namespace },
      verdict: verdict && {
        outcome: verdict.outcome,
        text: verdict.said.text,
        checks: verdict.checks.map(({ subject, outcome, said }) => ({ subject, outcome, text: said.text })),
      },
      figures: {
        requests: figures.requests,
        failures: figures.failures,
        requestsPerSecond: figures.requestsPerSecond,
        p50Ms: figures.p50Ms,
        p95Ms: figures.p95Ms,
        p99Ms: figures.p99Ms,
        peakReadyPods: figures.peakReadyPods,
        worstIncidentMs: verdict?.figures.worstIncidentMs ?? null,
        worstIncidentOpen: verdict?.figures.worstIncidentOpen ?? null,
        slowRequests: verdict?.figures.slowRequests ?? null,
        podSeconds: verdict?.figures.podSeconds ?? null,
        idleShare: verdict?.figures.idleShare ?? null,
      },
    },
    ownWordsOf(verdictNewsSchema),
  );
}

/** What a test sends. */
export function testNews(service: VerdictNews['service'], sentAtMs: number): VerdictNews {
  return { type: 'test', sentAtMs, run: null, service, verdict: null, figures: null };
}

/** The body in the webhook's format. */
export function bodyOf(news: VerdictNews, format: Webhook['format']): string {
  return JSON.stringify(format === 'slack' ? slackOf(news) : news);
}

/**
 * The headers that sign a body, as https://www.standardwebhooks.com has it: HMAC-SHA256 of id, second and body with the
 * secret, which may be written as `whsec_` and base64. None without a secret.
 */
export function signatureOf(
  secret: string,
  id: string,
  sentAtMs: number,
  body: string,
): Record<string, string> {
  if (secret === '') return {};
  const second = `${Math.floor(sentAtMs / 1000)}`;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${second}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': second, 'webhook-signature': `v1,${signature}` };
}

const signs = { pass: ':white_check_mark:', fail: ':x:', unclear: ':grey_question:' };
/** What Slack takes: https://api.slack.com/reference/block-kit/blocks */
const mostText = 2900;
const mostHeader = 140;

/** Slack's control characters are written out: no text of a run can name a channel, a user or a link. */
const plain = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const cut = (text: string, most: number): string =>
  text.length > most ? `${[...text].slice(0, most - 1).join('')}…` : text;

function slackOf({ type, run, service, verdict, figures }: VerdictNews): unknown {
  const where = `${service.namespace}/${service.name}`;
  if (type === 'test' || !run || !verdict) {
    const text = `Scaletrace can send the verdicts of ${where} here.`;
    return { text, blocks: [{ type: 'section', text: { type: 'plain_text', text } }] };
  }
  const ms = (value: number | null): string => formatMs(value, 'en');
  const number = (value: number | null): string => formatNumber(value, 'en');
  const fields = [
    [
      wordsOf('en')('run.figures.requests', { unit: unitOf(run.protocols) }),
      number(figures?.requests ?? null),
    ],
    ['Failed', number(figures?.failures ?? null)],
    ['p95', ms(figures?.p95Ms ?? null)],
    ['Worst incident', formatWorstIncident(figures, 'en')],
    ['Peak ready pods', number(figures?.peakReadyPods ?? null)],
    ['Idle share', figures?.idleShare == null ? '–' : formatShare(figures.idleShare, 'en')],
  ];
  return {
    text: cut(plain(`${run.name}: ${verdict.text}`), mostText),
    blocks: [
      {
        type: 'header',
        text: {
          type: 'plain_text',
          emoji: true,
          text: cut(`${signs[verdict.outcome]} ${run.name}`, mostHeader),
        },
      },
      { type: 'section', text: { type: 'mrkdwn', verbatim: true, text: cut(plain(verdict.text), mostText) } },
      {
        type: 'section',
        fields: fields.map(([name, value]) => ({ type: 'mrkdwn', text: `*${name}*\n${value}` })),
      },
      {
        type: 'context',
        elements: [
          {
            type: 'mrkdwn',
            text: `${cut(plain(`${where} · ${run.scriptName}`), 1000)} · <${run.url}|Open the run>`,
          },
        ],
      },
    ],
  };
}
