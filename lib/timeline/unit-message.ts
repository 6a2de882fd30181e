import { message, type Message } from '@/lib/model/message';
import { type RequestUnit } from '@/lib/model/protocol';

/** So many requests by what they are: `12 calls`. */
export function counted(n: number, unit: RequestUnit): Message {
  return message('narrative.counted', { n, count: { figure: 'whole', value: n }, unit });
}

/** So many requests by what their latency is of, which for a WebSocket session is its opening: `12 session openings`. */
export function timed(n: number, unit: RequestUnit): Message {
  return message('narrative.timed', { n, count: { figure: 'whole', value: n }, unit });
}
