import { boundBySchema, decisionReasonSchema, explain } from '@/lib/autoscaling';
import { type Message, said } from '@/lib/model/message';
import { type Decision } from '@/lib/model/recording';

/** Why a decision came out as it did; the rule's bare name where its reason cannot be read. */
export function explainDecision(whole: Decision): Message {
  // Where each revision is calculated by itself, the sum was nobody's decision.
  const decision = whole.part ?? whole;
  const reason = decisionReasonSchema.safeParse(decision.reason);
  const boundBy = boundBySchema.safeParse(decision.boundBy);
  return reason.success && boundBy.success
    ? explain({ ...decision, reason: reason.data, boundBy: boundBy.data })
    : said(decision.boundBy);
}
