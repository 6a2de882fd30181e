import { type SentMessage } from '@/lib/model/message';
import { say, type Speaker } from '@/lib/words/say';

let speaker: Speaker | null = null;

/** Tells what is outside of React, such as an answer's problem, which language the page speaks. */
export function setPageSpeaker(next: Speaker): void {
  speaker = next;
}

/** A message in the page's language; as it was sent before there is one. */
export function sayOnPage(message: SentMessage): string {
  return speaker ? say(speaker, message) : (message.known ?? message.code);
}
