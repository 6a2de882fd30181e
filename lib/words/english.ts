import { type ConfigProblem, type ConfigRefusal } from '@/lib/model/config-problem';
import { type Message, messageOfError } from '@/lib/model/message';
import { type RunAutoscaling } from '@/lib/model/run';
import { wordsOf } from './catalogue';
import { fallbackLocale } from './locale';
import { say } from './say';

/** A message in English, as the API, exports and the command line say it. */
export function english(message: Message): string {
  return say({ locale: fallbackLocale, t: wordsOf(fallbackLocale) }, message);
}

/** Anything thrown, in English. */
export function textOf(error: unknown): string {
  return english(messageOfError(error));
}

/** Refused settings with their English beside the code, as the API sends them and runs keep them. */
export function withWords(refused: readonly ConfigRefusal[]): ConfigProblem[] {
  return refused.map(({ annotation, value, code, data }) => ({
    annotation,
    message: english({ code, data }),
    value,
    code,
    data,
  }));
}

/** Assumptions in English and as they are, as the API sends them and runs keep them. */
export function assumed(assumptions: readonly Message[]): {
  assumptions: string[];
  assumptionCodes: Message[];
} {
  return { assumptions: assumptions.map(english), assumptionCodes: [...assumptions] };
}

/** What of the cluster could not be read, in English and as it is, as runs keep it. */
export function notRead(why: readonly Message[]): { unread: string[]; unreadCodes: Message[] } {
  return { unread: why.map(english), unreadCodes: [...why] };
}

/** The autoscaling of a run with more that is assumed of it. */
export function alsoAssumed(autoscaling: RunAutoscaling, more: readonly Message[]): RunAutoscaling {
  const { assumptions, assumptionCodes } = assumed(more);
  return {
    ...autoscaling,
    assumptions: [...autoscaling.assumptions, ...assumptions],
    assumptionCodes: [...(autoscaling.assumptionCodes ?? []), ...assumptionCodes],
  };
}

/** What a refusal says, in English; nothing where nothing is thrown. */
export function refusalOf(action: () => unknown): string {
  try {
    action();
    return '';
  } catch (error) {
    return textOf(error);
  }
}
