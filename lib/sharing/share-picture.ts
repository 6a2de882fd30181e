import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { unitOf } from '@/lib/model/protocol';
import { wordsOf } from '@/lib/words/catalogue';
import { type Store } from '@/lib/store/client';
import { projectRoot } from '@/lib/environment/paths';
import { makeColumns, readOverview } from '@/lib/store/overview';
import { hasEnded } from '@/lib/model/life';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { type StoredShare } from '@/lib/store/shares';
import { mergeColumns } from '@/lib/timeline/columns';
import { correlateOverview, endOfOverview, thinOverview } from '@/lib/timeline/overview';
import { podsByRevision } from '@/lib/timeline/correlate-revisions';
import { shortRevision } from '@/lib/timeline/one-revision';
import { type PodTimeline } from '@/lib/timeline/pods';
import { failedShareOf, type Run } from '@/lib/model/run';
import { type VerdictOutcome } from '@/lib/model/verdict';
import { formatMs, formatNumber, formatShare, formatWorstIncident } from '@/lib/words/format';
import { joinSlivers } from '@/lib/timeline/slivers';
import { pictureSvg, type Picture, type PictureChart } from './picture';
import { publicIdOf } from './share';
import { type Shown, shownOf } from './shared-run';

const nothingShown: Picture = {
  title: 'A shared load test',
  subtitle: 'When it scaled, when it should have, and what each late pod cost.',
  state: '',
  verdict: null,
  figures: [],
  chart: null,
};

/** The picture of a link as PNG, 1200 × 630; null for one that tells nothing. */
export async function sharedPicture(store: Store, share: StoredShare | null): Promise<Buffer> {
  if (!share) return renderPicture(nothingShown);
  const runs: Run[] = [];
  let title = share.title;
  let chartMask: Shown['value'] = (value) => value;
  for (const [position, id] of share.runs.entries()) {
    const run = await findJudgedRun(store, id);
    if (!run) continue;
    const shown = shownOf(run, { publicId: publicIdOf(position), notes: false });
    if (position === 0) chartMask = shown.value;
    runs.push(shown.run(run));
    title = shown.value(title);
  }
  // An objective that changes changes the verdict.
  const key = JSON.stringify([share.id, share.title, runs.map(({ verdict }) => verdict?.said.text)]);
  const kept = pictures.get(key);
  if (kept) return kept;
  const [first] = runs;
  const firstId = share.runs[0];
  if (!first || firstId === undefined) return renderPicture(nothingShown);
  const chart = chartMask(await chartOf(store, firstId, first));
  const png = renderPicture(
    share.kind === 'run' ? pictureOf(first, title, chart) : pictureOfComparison(runs, title, chart),
  );
  if (runs.every(({ state }) => hasEnded(state))) keep(key, png);
  return png;
}

/** Pictures of ended runs, the last few: a chat asks for one several times. */
const pictures = new Map<string, Buffer>();
const mostKept = 20;

function keep(key: string, png: Buffer): void {
  pictures.set(key, png);
  const oldest = pictures.keys().next().value;
  if (pictures.size > mostKept && oldest !== undefined) pictures.delete(oldest);
}

/** What a link's picture shows of one run. */
export function pictureOf(run: Run, title = '', chart: PictureChart | null = null): Picture {
  const { figures } = run;
  return {
    title: title || run.name,
    subtitle: [run.service.name, run.scriptName, dayOf(run)].join(' · '),
    state: wordOf(run.state),
    verdict: run.verdict && {
      outcome: run.verdict.outcome,
      word: verdictWords[run.verdict.outcome],
      said: run.verdict.said.text,
    },
    figures: [
      {
        label: wordsOf('en')('run.figures.requests', { unit: unitOf(run.protocols) }),
        value: formatNumber(figures.requests, 'en'),
      },
      { label: 'Failed', value: formatShare(failedShareOf(figures), 'en') },
      { label: 'p95', value: formatMs(figures.p95Ms, 'en') },
      { label: 'Peak pods', value: formatNumber(figures.peakReadyPods, 'en') },
      { label: 'Worst incident', value: formatWorstIncident(figures, 'en') },
    ],
    chart,
  };
}

function pictureOfComparison(runs: readonly Run[], title: string, chart: PictureChart): Picture {
  return {
    title: title || runs.map(({ name }) => name).join(' · '),
    subtitle: `${runs.length} runs side by side · p95 and worst incident of each`,
    state: '',
    verdict: verdictOfAll(runs),
    figures: runs.map((run) => ({
      label: shortened(run.name, runs.length > 3 ? 16 : 26),
      value: `${formatMs(run.figures.p95Ms, 'en')}, ${formatWorstIncident(run.figures, 'en')}`,
    })),
    chart,
  };
}

const verdictWords: Record<VerdictOutcome, string> = { pass: 'Passed', fail: 'Failed', unclear: 'Unclear' };

/** The worst of several runs' verdicts; null while one goes on. */
function verdictOfAll(runs: readonly Run[]): Picture['verdict'] {
  const outcomes = runs.map(({ verdict }) => verdict?.outcome);
  if (outcomes.includes(undefined)) return null;
  const count = (outcome: VerdictOutcome): number => outcomes.filter((one) => one === outcome).length;
  const outcome = count('fail') > 0 ? 'fail' : count('unclear') > 0 ? 'unclear' : 'pass';
  const said = (['pass', 'fail', 'unclear'] as const)
    .filter((one) => count(one) > 0)
    .map((one) => `${count(one)} ${verdictWords[one].toLowerCase()}`);
  return { outcome, word: verdictWords[outcome], said: said.join(', ') };
}

async function chartOf(store: Store, id: string, run: Run): Promise<PictureChart> {
  let { overview } = await readOverview(store, id);
  // A run that was recorded before there were columns, or imported.
  if (overview.columns.length === 0 && (await makeColumns(store, id, run.loadStartMs)))
    ({ overview } = await readOverview(store, id));
  const correlation = correlateOverview(overview, run.loadStartMs, run.loadEndMs);
  const changes = overview.decisions
    .filter(({ valid }) => valid)
    .filter((decision, i, all) => decision.replicas !== all[i - 1]?.replicas);
  return {
    // The legend has no room for several.
    unit: wordsOf('en')('columns.units', {
      unit: run.protocols.length > 1 ? 'http' : unitOf(run.protocols),
    }),
    endMs: Math.max(1000, run.loadEndMs ?? 0, endOfOverview(overview)),
    rate: joinSlivers(thinOverview(overview, 200).columns, mergeColumns).map(
      ({ fromMs, toMs, requests }) => ({
        fromMs,
        toMs,
        perSecond: toMs > fromMs ? (requests * 1000) / (toMs - fromMs) : 0,
      }),
    ),
    ready: readyOf(correlation.pods),
    revisions:
      correlation.revisions.length < 2
        ? []
        : [...podsByRevision(overview.podEvents)].map(([name, pods]) => ({
            name: shortRevision(name, run.service.name),
            ready: readyOf(pods),
          })),
    desired: changes.map(({ atMs, replicas }) => ({ atMs, pods: replicas })),
    expectedMs: correlation.expected.map(({ atMs }) => atMs),
    observedMs: correlation.observed.map(({ atMs }) => atMs),
  };
}

function readyOf({ steps }: PodTimeline): PictureChart['ready'] {
  return steps.map(({ atMs, ready }) => ({ atMs, pods: ready }));
}

const fonts = ['Geist-Regular.ttf', 'Geist-SemiBold.ttf'];
/** Letters that Geist has none for: then the machine's own fonts help out. */
const beyondGeist = /[^\u0000-\u052f\u2000-\u22ff\u25a0-\u25ff]/;

function renderPicture(picture: Picture): Buffer {
  const svg = pictureSvg(picture);
  const folder = join(
    /* turbopackIgnore: true */ projectRoot(),
    'node_modules',
    'geist',
    'dist',
    'fonts',
    'geist-sans',
  );
  const font = {
    fontFiles: fonts.map((name) => join(/* turbopackIgnore: true */ folder, name)),
    loadSystemFonts: beyondGeist.test(svg),
    defaultFontFamily: 'Geist',
  };
  return new Resvg(svg, { font }).render().asPng();
}

function wordOf(state: string): string {
  return state[0]!.toUpperCase() + state.slice(1);
}

function dayOf({ originMs, createdAtMs }: Run): string {
  return `${new Date(originMs ?? createdAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function shortened(text: string, letters: number): string {
  return [...text].length > letters ? `${[...text].slice(0, letters - 1).join('')}…` : text;
}
