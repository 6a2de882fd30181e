import { type Message } from '@/lib/model/message';
import { type Verdict } from '@/lib/model/verdict';
import { type Judgement } from '@/lib/verdict/judge';
import { english } from '@/lib/words/english';

/** A verdict with its sentences in English beside their codes, as it is kept and sent. */
export function inEnglish({ said, checks, ...verdict }: Judgement): Verdict {
  const told = (sentence: Message): Verdict['said'] => ({
    code: sentence.code,
    data: sentence.data,
    text: english(sentence),
  });
  return {
    ...verdict,
    said: told(said),
    checks: checks.map((check) => ({ ...check, said: told(check.said) })),
  };
}
