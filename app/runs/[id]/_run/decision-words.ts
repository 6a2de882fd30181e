import { boundBySchema, decisionReasonSchema, explain } from '@/lib/autoscaling';
import { type Decision } from '@/lib/timeline/recording';

/** Why a decision came out as it did, in a sentence; the rule's bare name where its reason cannot be read. */
export function explainDecision(decision: Decision): string {
  const reason = decisionReasonSchema.safeParse(decision.reason);
  const boundBy = boundBySchema.safeParse(decision.boundBy);
  return reason.success && boundBy.success ? explain({ ...decision, reason: reason.data, boundBy: boundBy.data }) : decision.boundBy;
}
