import { type BoundBy, type DecisionReason, type ScaleDecision } from '@/lib/autoscaling';
import { formatNumber } from '@/lib/words/format';

type Explained = Pick<
  ScaleDecision,
  | 'readyPods'
  | 'desiredPods'
  | 'replicas'
  | 'stableAverage'
  | 'panicAverage'
  | 'panicMode'
  | 'boundBy'
  | 'reason'
  | 'valid'
>;

/** What lib/autoscaling's `explain` says, in Traditional Chinese, from the same data. */
export function explainZhHant(decision: Explained): string {
  const { reason, valid, replicas } = decision;
  if (reason.class === 'hpa') return explainHpa(decision);
  if (!valid)
    return `最近 ${seconds(reason.stableWindowMs)}沒有收到${loadWord(reason)}，因此不做決定：維持 ${replicas} 個 Pod`;
  const byPanic =
    reason.deciderBoundBy === 'panic' ||
    (decision.panicMode && (reason.desiredPanic ?? 0) >= (reason.desiredStable ?? 0));
  const average = byPanic ? decision.panicAverage : decision.stableAverage;
  const wanted = byPanic ? reason.wantedPanic : reason.wantedStable;
  const parts = [
    `${seconds(byPanic ? reason.panicWindowMs : reason.stableWindowMs)}內平均 ${number(average ?? 0)} ${loadWord(reason)}，每個 Pod 目標 ${number(reason.target)}：需要 ${wanted ?? 0} 個 Pod`,
  ];
  const rest = [
    panicWords(decision),
    deciderWords(decision, reason.deciderBoundBy),
    decision.boundBy === reason.deciderBoundBy ? null : boundWords(decision),
  ];
  return [...parts, ...rest.filter((part) => part !== null)].join('；');
}

function panicWords({ reason, readyPods, panicMode }: Explained): string | null {
  if (!panicMode) return null;
  const ready = Math.max(1, readyPods);
  const wanted = reason.wantedPanic ?? 0;
  if (wanted / ready >= reason.panicThreshold)
    return `恐慌模式，因為 ${wanted} ≥ ${number(reason.panicThreshold)} × ${ready} 個就緒`;
  return `仍在恐慌模式，直到有 ${seconds(reason.stableWindowMs)}不再需要就緒數的 ${number(reason.panicThreshold)} 倍`;
}

function deciderWords({ reason, desiredPods, readyPods }: Explained, rule: BoundBy): string | null {
  const ready = Math.max(1, readyPods);
  const words: Partial<Record<BoundBy, string>> = {
    'scale-up-rate': `從 ${ready} 個就緒一次最多擴到 ${reason.upLimit ?? 0} 個（最大擴充倍率）`,
    'scale-down-rate': `從 ${ready} 個就緒一次最少縮到 ${reason.downLimit ?? 0} 個（最大縮減倍率）`,
    'activation-scale': `有負載時至少 ${reason.activationScale} 個（啟用副本）`,
    'panic-hold': `維持 ${desiredPods} 個，恐慌模式不縮減`,
    'scale-down-delay': `維持 ${desiredPods} 個，即最近 ${seconds(reason.scaleDownDelayMs)}內的最大需求（縮減延遲）`,
  };
  return words[rule] ?? null;
}

function boundWords({ reason, replicas, boundBy }: Explained): string | null {
  const words: Partial<Record<BoundBy, string>> = {
    'min-scale': `提高到 ${replicas} 個（最小副本）`,
    'max-scale': `限制在 ${replicas} 個（最大副本）`,
    'initial-scale': `提高到 ${replicas} 個，直到修訂版達到初始副本`,
    'scale-to-zero-off': '保留 1 個，因為已關閉縮減到零',
    'scale-to-zero-idle': `保留 1 個，直到修訂版已啟用 ${seconds(reason.stableWindowMs)}${waiting(reason)}`,
    'scale-to-zero-grace': `等 activator 進入路徑後才縮減到零${waiting(reason)}`,
    'scale-to-zero-retention': `保留最後一個 Pod${waiting(reason)}`,
    'scale-to-zero': '縮減到零',
    activating: `維持 ${replicas} 個，等第一批就緒`,
  };
  return words[boundBy] ?? null;
}

function explainHpa({
  reason,
  valid,
  stableAverage,
  readyPods,
  desiredPods,
  replicas,
  boundBy,
}: Explained): string {
  if (!valid) return `讀不到${loadWord(reason)}，因此不做決定：維持 ${replicas} 個 Pod`;
  if (boundBy === 'scaling-disabled') return '在 0 個 Pod 時，HorizontalPodAutoscaler 不運作';
  const load =
    stableAverage === null
      ? `${readyPods} 個 Pod 就緒`
      : `${readyPods} 個 Pod 每個平均 ${number(stableAverage)} ${loadWord(reason)}，目標 ${number(reason.target)}：需要 ${desiredPods} 個 Pod`;
  const words: Partial<Record<BoundBy, string>> = {
    tolerance: '在容許範圍內，不改變',
    stabilization: `穩定視窗維持 ${replicas} 個`,
    policy: `擴縮政策目前允許 ${replicas} 個`,
    'min-scale': `提高到 ${replicas} 個（最小副本）`,
    'max-scale': `限制在 ${replicas} 個（最大副本）`,
  };
  const word = words[boundBy];
  return word ? `${load}；${word}` : load;
}

function loadWord(reason: DecisionReason): string {
  if (reason.metric === 'concurrency' || (reason.class !== 'hpa' && reason.metric !== 'rps'))
    return '個處理中的請求';
  return reason.metric === 'rps' ? '個請求／秒' : reason.metric;
}

const waiting = (reason: DecisionReason): string =>
  reason.waitMs === null ? '' : `，還有 ${seconds(reason.waitMs)}`;
const number = (value: number): string =>
  formatNumber(
    Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)),
    'zh-Hant',
    Number.isInteger(Number(value.toPrecision(3))) ? 0 : 1,
  );
const seconds = (ms: number): string => `${number(ms / 1000)} 秒`;
