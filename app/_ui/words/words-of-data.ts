import { explain, mpaAssumptions, type ScaleDecision } from '@/lib/autoscaling';
import { explainZhHant } from './explain-zh-hant';
import { storyWords, type StorySentence } from '@/lib/timeline/story';
import { type Locale } from '@/lib/words/locale';
import { storyZhHant } from './story-zh-hant';

type Explained = Parameters<typeof explain>[0] & Pick<ScaleDecision, 'reason'>;

/** A decision's reason as a sentence in the page's language. */
export function explainIn(locale: Locale, decision: Explained): string {
  return locale === 'zh-Hant' ? `${explainZhHant(decision)}。` : `${explain(decision)}.`;
}

/** A sentence of a run's story in the page's language. */
export function storyIn(locale: Locale, sentence: StorySentence): string {
  return locale === 'zh-Hant' ? storyZhHant(sentence) : storyWords(sentence);
}

const assumptionsZhHant: readonly string[] = [
  'MPA 的計算方式並未公開：這裡以閘道的處理中請求數（含等待中）代入 KPA 的決策，目標 = containerConcurrency × 使用率。',
  '閘道自己保留請求，因此路徑中沒有 activator，最後一個 Pod 消失前也沒有寬限期。',
  'Knative 自身的 webhook 會拒絕這個類別；這裡接受它，因為阿里雲的外掛加入了它。',
];

/** Assumptions with numbers or names in them, as patterns of their English. */
const assumptionPatternsZhHant: readonly [RegExp, string][] = [
  [
    /^No (\S+) was recorded: a pod is taken to be at (\S+) % with (\S+) requests in flight\.$/,
    '沒有記錄 $1：假設 Pod 有 $3 個處理中請求時為 $2 %。',
  ],
  [
    /^Class (\S+) is not one that can be calculated here: KPA's rules are shown in its place\.$/,
    '類別 $1 無法在此計算：改以 KPA 的規則顯示。',
  ],
];

/** A stated assumption in the page's language; one that has no translation stays as it is. */
export function assumptionIn(locale: Locale, assumption: string): string {
  if (locale !== 'zh-Hant') return assumption;
  const [pattern, words] = assumptionPatternsZhHant.find(([one]) => one.test(assumption)) ?? [];
  return (
    assumptionsZhHant[mpaAssumptions.indexOf(assumption)] ??
    (pattern && words ? assumption.replace(pattern, words) : assumption)
  );
}
