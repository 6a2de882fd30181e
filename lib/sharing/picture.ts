import { type VerdictOutcome } from '@/lib/model/verdict';

/** What a picture of a run shows; times in ms on the run's clock. */
export interface Picture {
  title: string;
  /** Under the title: service, script, when. */
  subtitle: string;
  state: string;
  /** Of a run that has ended: in red, green or amber, in place of its state. */
  verdict: { outcome: VerdictOutcome; word: string; said: string } | null;
  figures: { label: string; value: string }[];
  chart: PictureChart | null;
}

interface PodStep {
  atMs: number;
  pods: number;
}

export interface PictureChart {
  endMs: number;
  /** What its requests are, in the plural. */
  unit: string;
  /** Of them a second, in columns of time. */
  rate: { fromMs: number; toMs: number; perSecond: number }[];
  /** Ready pods, each from its moment on. */
  ready: PodStep[];
  /** The same of each revision, in the order in which they came; empty where there was one. */
  revisions: { name: string; ready: PodStep[] }[];
  /** Pods that the calculation asks for, each from its moment on. */
  desired: PodStep[];
  expectedMs: number[];
  observedMs: number[];
}

const pictureWidth = 1200;
const pictureHeight = 630;

const ink = '#18181b';
const grey = '#5f5f69';
const line = '#e4e4e7';
const ready = '#009e73';
const rate = '#0072b2';
/** Ready pods of each revision, as on the page but for what the rate is drawn in; with more they begin anew. */
const revisionColours = [ready, '#e69f00', '#56b4e9', '#a64d7c'];
/** More are not told by name below the picture. */
const mostNamed = 2;
const expected = '#a64d7c';
const stateColours: Record<string, string> = {
  finished: '#0b7a4b',
  failed: '#b91c1c',
  running: '#1d4ed8',
  starting: '#1d4ed8',
};
const verdictColours: Record<VerdictOutcome, string> = {
  pass: '#0b7a4b',
  fail: '#b91c1c',
  unclear: '#92400e',
};
const left = 64;
const right = pictureWidth - 64;

/** The picture as SVG: text in Geist, shapes as the page draws them. */
export function pictureSvg({ title, subtitle, state: stateWord, verdict, figures, chart }: Picture): string {
  const [first, second] = linesOf(title, 44, 2);
  const titleEnd = second === undefined ? 152 : 200;
  const top = titleEnd + (verdict ? 36 : 0);
  const state = verdict?.word ?? stateWord;
  const step = figures.length > 0 ? (right - left) / figures.length : 0;
  const stateColour = verdict ? verdictColours[verdict.outcome] : (stateColours[state.toLowerCase()] ?? grey);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${pictureWidth}" height="${pictureHeight}" font-family="Geist" fill="${ink}">
<rect width="100%" height="100%" fill="#fafafa"/>
<g transform="translate(${left} 44) scale(1.7)"><rect width="20" height="20" rx="5" fill="${ink}"/><path d="M4 14.5h3.2v-3.6h3.4V7.2H16" fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/><path d="M4 10.9h2.2V6.4h3" fill="none" stroke="#fff" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" stroke-dasharray="0.2 2.4" opacity="0.75"/></g>
<text x="${left + 48}" y="70" font-size="26" font-weight="600">Scaletrace</text>
${state === '' ? '' : `<g><circle cx="${right - widthOf(state, 22) - 18}" cy="61" r="7" fill="${stateColour}"/><text x="${right}" y="69" font-size="22" font-weight="600" text-anchor="end" fill="${stateColour}">${escape(state)}</text></g>`}
<text x="${left}" y="142" font-size="44" font-weight="600">${escape(first ?? '')}</text>
${second === undefined ? '' : `<text x="${left}" y="192" font-size="44" font-weight="600">${escape(second)}</text>`}
<text x="${left}" y="${titleEnd + 34}" font-size="24" fill="${grey}">${escape(linesOf(subtitle, 84, 1)[0] ?? '')}</text>
${verdict ? `<text x="${left}" y="${titleEnd + 74}" font-size="24" font-weight="600" fill="${stateColour}">${escape(linesOf(verdict.said, 84, 1)[0] ?? '')}</text>` : ''}
${figures.map(({ label, value }, i) => `<text x="${left + i * step}" y="${top + 96}" font-size="20" fill="${grey}">${escape(label)}</text><text x="${left + i * step}" y="${top + 136}" font-size="36" font-weight="600">${escape(value)}</text>`).join('\n')}
${chart ? chartSvg(chart, top + 176, 566) : ''}
</svg>`;
}

function chartSvg(chart: PictureChart, top: number, bottom: number): string {
  const endMs = Math.max(1000, chart.endMs);
  const x = (atMs: number): number =>
    round(left + ((right - left) * Math.min(endMs, Math.max(0, atMs))) / endMs);
  const laneHeight = 34;
  const plotTop = top + laneHeight;
  const scale =
    (most: number) =>
    (value: number): number =>
      round(bottom - ((bottom - plotTop) * value) / Math.max(1, most));
  const rateY = scale(Math.max(0, ...chart.rate.map(({ perSecond }) => perSecond)) * 1.1);
  const mostPods = Math.max(
    0,
    ...chart.ready.map(({ pods }) => pods),
    ...chart.desired.map(({ pods }) => pods),
  );
  const podsY = scale(mostPods * 1.15);
  const steps = (rows: readonly PodStep[]): string =>
    rows
      .map(
        ({ atMs, pods }, i) =>
          `${i === 0 ? 'M' : 'H'}${x(atMs)}${i === 0 ? ` ${podsY(pods)}` : `V${podsY(pods)}`}`,
      )
      .join('') + (rows.length > 0 ? `H${x(endMs)}` : '');
  const area = steps(chart.ready);
  const colourOf = (i: number): string => revisionColours[i % revisionColours.length]!;
  const bands = bandsOf(chart.revisions.map((one) => one.ready)).map(({ top: above, bottom: below }, i) => {
    const corners = (rows: readonly PodStep[]): string[] =>
      rows.flatMap(({ atMs, pods }, n) => [
        `${x(atMs)} ${podsY(pods)}`,
        `${x(rows[n + 1]?.atMs ?? endMs)} ${podsY(pods)}`,
      ]);
    return `<path data-revision d="M${[...corners(above), ...corners(below).reverse()].join('L')}Z" fill="${colourOf(i)}" opacity="0.5"/>`;
  });
  const rates = chart.rate
    .map(
      ({ fromMs, toMs, perSecond }, i) =>
        `${i === 0 ? `M${x(fromMs)} ${bottom}` : `H${x(fromMs)}`}V${rateY(perSecond)}H${x(toMs)}`,
    )
    .join('');
  const laneY = top + 12;
  const down = (atMs: number): string =>
    `<path d="M${x(atMs) - 8} ${laneY - 8}h16l-8 14z" fill="#fafafa" stroke="${expected}" stroke-width="2.2" stroke-linejoin="round"/><path d="M${x(atMs)} ${laneY + 8}V${bottom}" stroke="${expected}" stroke-width="1.5" stroke-dasharray="2 5"/>`;
  const up = (atMs: number): string => `<path d="M${x(atMs) - 8} ${laneY + 6}h16l-8 -14z" fill="${ink}"/>`;
  const legend: [string, string, number][] = [
    [`<rect width="22" height="12" y="-11" fill="${rate}" opacity="0.3"/>`, `${chart.unit} a second`, 190],
    ...readyKeys(chart.revisions, colourOf),
    [`<path d="M0 -5h22" stroke="${ink}" stroke-width="2.5" stroke-dasharray="6 4"/>`, 'pods due', 116],
    [
      `<path d="M3 -12h16l-8 14z" fill="#fafafa" stroke="${expected}" stroke-width="2.2" stroke-linejoin="round"/>`,
      'due to scale',
      148,
    ],
    [`<path d="M3 1h16l-8 -14z" fill="${ink}"/>`, 'scaled', 0],
  ];
  let at = left;
  const keys = legend.map(([shape, words, width]) => {
    const key = `<g transform="translate(${at} 604)">${shape}<text x="30" font-size="17" fill="${grey}">${words}</text></g>`;
    at += width + 30;
    return key;
  });
  return `<path d="M${left} ${bottom}H${right}" stroke="${line}" stroke-width="2"/>
${rates === '' ? '' : `<path d="${rates}V${bottom}Z" fill="${rate}" opacity="0.2"/>`}
${bands.join('')}${area === '' || bands.length > 0 ? '' : `<path d="${area}V${bottom}H${x(chart.ready[0]!.atMs)}Z" fill="${ready}" opacity="0.35"/><path d="${area}" fill="none" stroke="${ready}" stroke-width="3"/>`}
<path d="${steps(chart.desired)}" fill="none" stroke="${ink}" stroke-width="2.5" stroke-dasharray="8 5"/>
${chart.expectedMs.map(down).join('')}${chart.observedMs.map(up).join('')}
${keys.join('\n')}
<text x="${right}" y="604" font-size="17" fill="${grey}" text-anchor="end">${escape(`${mostPods} pods · ${duration(endMs)}`)}</text>`;
}

/** What says which colour ready pods have: each revision's, where there are few. */
function readyKeys(
  revisions: PictureChart['revisions'],
  colourOf: (i: number) => string,
): [shape: string, words: string, width: number][] {
  const swatch = (fill: string, at = 0, width = 22): string =>
    `<rect x="${at}" width="${width}" height="12" y="-11" fill="${fill}" opacity="0.5"/>`;
  if (revisions.length === 0) return [[swatch(ready), 'ready pods', 130]];
  if (revisions.length > mostNamed)
    return [[`${swatch(colourOf(0), 0, 11)}${swatch(colourOf(1), 11, 11)}`, 'ready, by revision', 182]];
  return revisions.map(({ name }, i) => {
    const words = `${linesOf(name, 9, 1)[0]} ready`;
    return [swatch(colourOf(i)), words, 30 + widthOf(words, 17)];
  });
}

/** Each row stacked on those before it: its upper and its lower edge, with a step wherever any of them has one. */
function bandsOf(rows: readonly (readonly PodStep[])[]): { top: PodStep[]; bottom: PodStep[] }[] {
  const times = [...new Set(rows.flatMap((steps) => steps.map(({ atMs }) => atMs)))].sort((a, b) => a - b);
  let bottom = times.map((atMs) => ({ atMs, pods: 0 }));
  return rows.map((steps) => {
    const top = bottom.map(({ atMs, pods }) => ({
      atMs,
      pods: pods + (steps.findLast((step) => step.atMs <= atMs)?.pods ?? 0),
    }));
    const band = { top, bottom };
    bottom = top;
    return band;
  });
}

/** At most so many lines of about so many letters; the last ends in an ellipsis where there is more. Wide letters count as two. */
function linesOf(text: string, letters: number, most: number): string[] {
  const lines: string[] = [''];
  for (const word of text.trim().split(/(?<=\s)/u)) {
    for (const part of sizeOf(word) > letters ? [...word] : [word]) {
      if (sizeOf(lines.at(-1)! + part.trimEnd()) > letters) lines.push('');
      lines[lines.length - 1] += part;
    }
  }
  const shown = lines.slice(0, most).map((words) => words.trim());
  if (lines.length > most) shown[most - 1] = `${[...shown[most - 1]!].slice(0, letters - 1).join('')}…`;
  return shown;
}

function sizeOf(text: string): number {
  return [...text].reduce(
    (sum, letter) => sum + (/[\u1100-\u115f\u2e80-\uffef]|[\u{1f300}-\u{3fffd}]/u.test(letter) ? 2 : 1),
    0,
  );
}

function widthOf(text: string, size: number): number {
  return sizeOf(text) * size * 0.56;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  // What XML 1.0 cannot hold is left out.
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[<>&"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** Milliseconds in few letters: `31 ms`, `1.9 s`, `12 min`. */
function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 600_000) return `${Math.round(ms / 60_000)} min`;
  return Math.abs(ms) >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}
