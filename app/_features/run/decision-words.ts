import { boundBySchema, decisionReasonSchema } from '@/lib/autoscaling';
import { type Decision } from '@/lib/model/recording';
import { type Locale } from '@/lib/words/locale';
import { explainIn } from '@/app/_ui/words/words-of-data';

/** Why a decision came out as it did, in a sentence; the rule's bare name where its reason cannot be read. */
export function explainDecision(decision: Decision, locale: Locale): string {
  const reason = decisionReasonSchema.safeParse(decision.reason);
  const boundBy = boundBySchema.safeParse(decision.boundBy);
  return reason.success && boundBy.success
    ? explainIn(locale, { ...decision, reason: reason.data, boundBy: boundBy.data })
    : decision.boundBy;
}
