import { type CheckCode, type ConnectionCheck } from '@/lib/model/connection-check';
import { type Message } from '@/lib/model/message';
import { english } from '@/lib/words/english';

/** What a test of one connection found. */
export type Finding = Omit<ConnectionCheck, 'name'>;

export const works = (code: CheckCode, data: ConnectionCheck['data'] = {}): Finding => ({
  ok: true,
  code,
  data,
});
export const fails = (code: CheckCode, data: ConnectionCheck['data'] = {}): Finding => ({
  ok: false,
  code,
  data,
});
/** What kept a connection from being tested, or does not hold. */
export const failed = (why: Message): Finding => ({ ...fails('failed', { why: english(why) }), why });
