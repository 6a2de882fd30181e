import { message, messageSchema, type Figure, type Message } from '@/lib/model/message';
import { type Verdict, type VerdictOutcome } from '@/lib/model/verdict';
import { type Check } from './checks';
import { type RunFacts } from './facts';

/** Of more reasons than these the sentence says how many there are. */
const mostReasons = 2;

/** A verdict in one sentence: what failed, what cannot be told, or what was as it should be. */
export function verdictSentence(
  outcome: VerdictOutcome,
  checks: readonly Check[],
  { incidents }: RunFacts,
): Message {
  if (outcome === 'pass') return message('verdict.pass', { reasons: passed(checks, incidents) });
  const reasons = checks.filter((check) => check.outcome === outcome).map(({ said }) => said);
  const more = reasons.length - mostReasons;
  const data = {
    reasons: reasons.slice(0, mostReasons),
    more: more > 0 ? message('verdict.more', { more }) : '',
  };
  return outcome === 'fail' ? message('verdict.fail', data) : message('verdict.unclear', data);
}

/** Of all that was as it should be, each kind in a few words. */
function passed(checks: readonly Check[], incidents: RunFacts['incidents']): Message[] {
  const of = (subject: Check['subject']): Check[] => checks.filter((check) => check.subject === subject);
  const thresholds = of('threshold').length;
  const followed = incidents.filter(({ end, doubt }) => end === 'followed' && !doubt);
  const longest: Figure = {
    figure: 'incidentLength',
    value: Math.max(0, ...followed.map(({ durationMs }) => durationMs)),
  };
  const asked = checks.filter(
    ({ subject }) => !['end', 'threshold', 'failures', 'scale-up', 'incident', 'lag'].includes(subject),
  );
  return [
    ...(thresholds > 0 ? [message('verdict.thresholds-met', { thresholds })] : []),
    ...of('failures').map(({ said }) => said),
    ...(followed.length > 0
      ? [message('verdict.all-followed', { incidents: followed.length, longest })]
      : []),
    ...of('scale-up')
      .map(({ said }) => said)
      .filter(({ code }) => code === 'verdict.limited')
      .slice(0, 1),
    ...asked.map(({ said }) => said),
  ];
}

/** Whether a verdict tells why its run ended as it did: then it stands first in its sentence, and is told once. */
export function tellsReason({ checks }: Pick<Verdict, 'checks'>, reason: Message): boolean {
  return checks.some(
    ({ said: { code, data } }) =>
      code === reason.code || messageSchema.safeParse(data.reason).data?.code === reason.code,
  );
}
