// title: WebSocket
// question: How do pods follow sessions that stay open, and how long does a session wait for its first answer?
// env: VUS=30 sessions open at once
// env: DURATION=30s length of the load
// env: SESSION=4s how long a session stays open
// env: MESSAGES_PER_SECOND=5 messages a second in each session
import { check } from 'k6';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import { clearInterval, setInterval, setTimeout } from 'k6/timers';
import { WebSocket } from 'k6/websockets';

const target = (__ENV.TARGET_URL || 'http://127.0.0.1:4380').replace(/^http/, 'ws');
const host = __ENV.HOST || 'websocket-echo.default.example.com';
const everyMs = 1000 / Number(__ENV.MESSAGES_PER_SECOND || 5);
const sessionMs = 1000 * Number.parseFloat(__ENV.SESSION || '4s');

export const options: Options = {
  scenarios: {
    sessions: {
      executor: 'constant-vus',
      vus: Number(__ENV.VUS || 30),
      duration: __ENV.DURATION || '30s',
      gracefulStop: `${Math.ceil(sessionMs / 1000) + 1}s`,
    },
  },
  thresholds: { checks: ['rate==1'] },
};

/** From the beginning of the handshake to the first message that came back. */
const firstMessage = new Trend('time_to_first_message', true);
const roundTrip = new Trend('message_round_trip', true);

export default function (): void {
  const beganMs = Date.now();
  const socket = new WebSocket(target, null, { headers: { Host: host } });
  let heard = 0;
  let opened = false;
  socket.addEventListener('open', () => {
    opened = true;
    const say = (): void => socket.send(`${Date.now()}`);
    say();
    const timer = setInterval(say, everyMs);
    setTimeout(() => {
      clearInterval(timer);
      socket.close();
    }, sessionMs);
  });
  socket.onmessage = (message) => {
    if (heard++ === 0) firstMessage.add(Date.now() - beganMs);
    roundTrip.add(Date.now() - Number(message?.data));
  };
  const ended = (): void => {
    check(null, { 'session opened and answered': () => opened && heard > 0 });
  };
  socket.addEventListener('close', ended);
  // A handshake that is refused closes nothing.
  socket.addEventListener('error', () => {
    if (!opened) ended();
  });
}
