import { type StorySentence, type PaidFor } from '@/lib/timeline/story';
import { type ScenarioAsked } from '@/lib/timeline/scenarios';
import { formatMs, formatNumber } from '@/lib/words/format';
import { serverWordsIn } from './server-words';

type Of<K extends StorySentence['kind']> = Extract<StorySentence, { kind: K }>;

/** What lib/timeline's `storyWords` says, in Traditional Chinese, from the same data. */
export function storyZhHant(s: StorySentence): string {
  switch (s.kind) {
    case 'asked':
      return `對 ${s.service}（${s.host}）執行了 ${s.script}${scenarios(s.scenarios)}。`;
    case 'rules':
      return `依 ${s.class} 擴縮：每個 Pod ${number(s.target)} ${s.metric === 'concurrency' ? '個處理中請求' : s.metric === 'rps' ? '個請求／秒' : s.metric}${s.minScale > 0 ? `，至少 ${s.minScale} 個 Pod` : ''}${s.maxScale > 0 ? `，最多 ${s.maxScale} 個 Pod` : ''}。`;
    case 'load':
      return `${whole(s.requests)} 個請求，${whole(s.failures)} 個失敗，每秒 ${number(s.perSecond)} 個；p50 ${ms(s.p50Ms)}，p99 ${ms(s.p99Ms)}${s.peakReadyPods === null ? '' : `；最多有 ${whole(s.peakReadyPods)} 個 Pod 就緒`}。`;
    case 'thresholds':
      return s.met === s.total ? `${s.total} 個門檻全部達成。` : `${s.total} 個門檻中有 ${s.met} 個達成。`;
    case 'threshold-crossed':
      return `未達成：${s.metric} ${s.source}${s.value === null ? '' : `；實際為 ${s.unit === 'ms' ? ms(s.value) : s.unit === 'share' ? `${number(s.value * 100)} %` : number(s.value)}`}。`;
    case 'cold-start':
      return `第 ${second(s.atMs)} 秒：冷啟動。${s.lengthMs === null ? '始終沒有 Pod 就緒' : `有 ${ms(s.lengthMs)} 沒有就緒的 Pod`}${s.requests === 0 ? '' : `；約 ${whole(s.requests)} 個請求等待第一個 Pod${s.slowestMs === null ? '' : `，最久 ${ms(s.slowestMs)}`}`}。`;
    case 'scaled-up':
      return `第 ${second(s.dueMs)} 秒：${due(s)}，${ready(s)}${paid(s.paid)}。`;
    case 'missed':
      return `第 ${second(s.dueMs)} 秒：${due(s)}，但叢集沒有動作：仍只有 ${s.mostReady} 個就緒${paid(s.paid)}。`;
    case 'scaled-down':
      return `第 ${second(s.dueMs)} 秒：應有的 Pod 從 ${s.from} 個減為 ${s.to} 個${s.steps > 1 ? `，分 ${s.steps} 步` : ''}${s.goneAfterMs === null ? '；並未全部消失' : `；最後一個在${s.steps > 1 ? '最後一步' : ''}${s.goneAfterMs < 0 ? `之前 ${ms(-s.goneAfterMs)}` : ` ${ms(s.goneAfterMs)} 後`}消失`}。`;
    case 'kept':
      return `第 ${second(s.dueMs)} 秒：${s.to} 個 Pod 已足夠（原有 ${s.from} 個），但叢集沒有縮減。`;
    case 'unexpected':
      return `第 ${second(s.atMs)} 秒：叢集從 ${s.from} 變為 ${s.to} 個 Pod${s.steps > 1 ? `，分 ${s.steps} 步` : ''}，計算並未要求。`;
    case 'lost':
      return lost(s);
    case 'gap':
      return `${s.toMs === null ? `第 ${second(s.fromMs)} 秒起` : `第 ${second(s.fromMs)} 到 ${second(s.toMs)} 秒`}：${gaps[s.what]}未記錄（${serverWordsIn('zh-Hant', s.reason)}）。`;
    case 'no-scaling':
      return `沒有擴縮，也不該擴縮：有 ${whole(s.pods)} 個 Pod 就緒。`;
  }
}

function scenarios(all: readonly ScenarioAsked[]): string {
  if (all.length === 0) return '';
  const shown = all
    .slice(0, all.length > 4 ? 3 : 4)
    .map((one) => (all.length === 1 ? scenario(one) : `${one.name} ${scenario(one)}`));
  return `：${shown.join('；')}${all.length > 4 ? `；以及另外 ${all.length - 3} 個情境` : ''}`;
}

function scenario({ executor, vus, iterations, perSecond, durationMs }: ScenarioAsked): string {
  const length = durationMs === null ? '' : `，為時 ${lengthOf(durationMs)}`;
  switch (executor) {
    case 'shared-iterations':
      return `${whole(vus)} 個虛擬使用者共 ${whole(iterations)} 次迭代`;
    case 'per-vu-iterations':
      return `${whole(vus)} 個虛擬使用者各 ${whole(iterations)} 次迭代`;
    case 'constant-vus':
      return `${whole(vus)} 個虛擬使用者${length}`;
    case 'ramping-vus':
      return `最多 ${whole(vus)} 個虛擬使用者${length}`;
    case 'constant-arrival-rate':
      return `每秒 ${number(perSecond)} 個${length}`;
    case 'ramping-arrival-rate':
      return `每秒最多 ${number(perSecond)} 個${length}`;
    default:
      return executor;
  }
}

function due({ to, from, steps }: Of<'scaled-up'> | Of<'missed'>): string {
  return `應有 ${to} 個 Pod（原有 ${from} 個${steps > 1 ? `，分 ${steps} 步要求` : ''}）`;
}

function ready({ to, readyAfterMs, mostReady }: Of<'scaled-up'>): string {
  if (readyAfterMs === null) return `第 ${to} 個始終沒有及時就緒：最多只有 ${mostReady} 個`;
  return readyAfterMs < 0
    ? `第 ${to} 個早在 ${ms(-readyAfterMs)} 前就緒`
    : `第 ${to} 個在 ${ms(readyAfterMs)} 後就緒`;
}

function paid(cost: PaidFor | null): string {
  if (!cost || cost.p95Ms === null) return '';
  const who =
    cost.waited === null
      ? `期間結束了 ${whole(cost.requests)} 個請求`
      : cost.waited === 0
        ? `${whole(cost.requests)} 個請求都沒有等待`
        : `${whole(cost.waited)} 個請求等待過`;
  return `；${who}，p95 為 ${ms(cost.p95Ms)}${cost.steadyP95Ms === null ? '' : `，穩定時為 ${ms(cost.steadyP95Ms)}`}`;
}

function lost({ atMs, untilMs, pods, restarted, reason, readyAfterMs }: Of<'lost'>): string {
  const why = reason === null ? '' : `（${reason}）`;
  const back =
    readyAfterMs === null
      ? '並未全部恢復'
      : pods === 1
        ? `${restarted ? '它' : '接替的 Pod'}在 ${ms(readyAfterMs)} 後就緒`
        : `最慢的${restarted ? '' : '接替者'}在 ${ms(readyAfterMs)} 後就緒`;
  return pods === 1
    ? `第 ${second(atMs)} 秒：失去一個就緒的 Pod${why}；${back}。`
    : `第 ${second(atMs)} 到 ${second(untilMs)} 秒：失去 ${pods} 個 Pod${why}；${back}。`;
}

const gaps: Record<Of<'gap'>['what'], string> = {
  pods: 'Pod ',
  concurrency: '並行數',
  requests: '請求',
  decisions: '決策',
};

type Value = number | null;
const whole = (value: Value): string => formatNumber(value === null ? null : Math.round(value), 'zh-Hant');
const number = (value: Value): string =>
  value === null ? '–' : (Math.round(value * 10) / 10).toLocaleString('zh-TW');
const ms = (value: Value): string => formatMs(value, 'zh-Hant');
const second = (value: number): string => number(value / 1000);

function lengthOf(durationMs: number): string {
  const s = Math.round(durationMs / 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (s < 60) return durationMs < 9950 ? `${formatNumber(durationMs / 1000, 'zh-Hant', 1)} 秒` : `${s} 秒`;
  return s < 3600
    ? `${Math.floor(s / 60)} 分 ${two(s % 60)} 秒`
    : `${Math.floor(s / 3600)} 小時 ${two(Math.floor((s % 3600) / 60))} 分`;
}
