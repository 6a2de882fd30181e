import { type PaidFor, type StorySentence } from './story';
import { type ScenarioAsked } from './scenarios';

/** The sentence in English. */
export function storyWords(s: StorySentence): string {
  switch (s.kind) {
    case 'asked':
      return `${s.script} was run against ${s.service} (${s.host})${scenarioWords(s.scenarios)}.`;
    case 'rules':
      return `Scaled by ${s.class}: ${number(s.target)} ${metricWord(s.metric)} a pod${limits(s)}.`;
    case 'load':
      return `${count(s.requests, 'request')}, ${whole(s.failures)} failed, ${number(s.perSecond)} a second; p50 ${duration(s.p50Ms)}, p99 ${duration(s.p99Ms)}${s.peakReadyPods === null ? '' : `; at most ${count(s.peakReadyPods, 'pod')} ${s.peakReadyPods === 1 ? 'was' : 'were'} ready`}.`;
    case 'thresholds':
      return s.met === s.total
        ? s.total === 1
          ? 'The threshold was met.'
          : s.total === 2
            ? 'Both thresholds were met.'
            : `All ${s.total} thresholds were met.`
        : `${s.met} of ${count(s.total, 'threshold')} ${s.met === 1 ? 'was' : 'were'} met.`;
    case 'threshold-crossed':
      return `Not met: ${s.metric} ${s.source}${s.value === null ? '' : `; it was ${valueWord(s.value, s.unit)}`}.`;
    case 'cold-start':
      return `Second ${second(s.atMs)}: a cold start. ${s.lengthMs === null ? 'No pod became ready' : `No pod was ready for ${duration(s.lengthMs)}`}${s.requests === 0 ? '' : `; about ${count(s.requests, 'request')} waited for the first one${s.slowestMs === null ? '' : `, up to ${duration(s.slowestMs)}`}`}.`;
    case 'scaled-up':
      return `Second ${second(s.dueMs)}: ${due(s)}, ${readyWords(s)}${paidWords(s.paid)}.`;
    case 'missed':
      return `Second ${second(s.dueMs)}: ${due(s)}, and the cluster did nothing: ${s.mostReady} stayed ready${paidWords(s.paid)}.`;
    case 'scaled-down':
      return `Second ${second(s.dueMs)}: the pods that were due fell from ${s.from} to ${s.to}${s.steps > 1 ? ` in ${s.steps} steps` : ''}${s.goneAfterMs === null ? '; not all of them went' : `; the last one was gone ${after(s.goneAfterMs, 'that', s.steps > 1)}`}.`;
    case 'kept':
      return `Second ${second(s.dueMs)}: ${count(s.to, 'pod')} ${s.to === 1 ? 'was' : 'were'} enough (from ${s.from}), and the cluster kept what it had.`;
    case 'unexpected':
      return `Second ${second(s.atMs)}: the cluster went from ${s.from} to ${count(s.to, 'pod')}${s.steps > 1 ? ` in ${s.steps} steps` : ''}, which the calculation did not ask for.`;
    case 'lost':
      return lostWords(s);
    case 'gap':
      return `${s.toMs === null ? `From second ${second(s.fromMs)} on` : `Second ${second(s.fromMs)} to ${second(s.toMs)}`}: ${gapWords[s.what]} not recorded (${s.reason}).`;
    case 'no-scaling':
      return `Nothing was scaled and nothing should have been: ${count(s.pods, 'pod')} ${s.pods === 1 ? 'was' : 'were'} ready.`;
  }
}

/** A number's place in a row: `tenth`, `13th`. */
export function ordinal(n: number): string {
  const words = [
    'first',
    'second',
    'third',
    'fourth',
    'fifth',
    'sixth',
    'seventh',
    'eighth',
    'ninth',
    'tenth',
    'eleventh',
    'twelfth',
  ];
  const word = words[n - 1];
  if (word) return word;
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}

type Of<K extends StorySentence['kind']> = Extract<StorySentence, { kind: K }>;

function scenarioWords(scenarios: readonly ScenarioAsked[]): string {
  if (scenarios.length === 0) return '';
  const shown = scenarios
    .slice(0, scenarios.length > 4 ? 3 : 4)
    .map((scenario) =>
      scenarios.length === 1 ? scenarioWord(scenario) : `${scenario.name} ${scenarioWord(scenario)}`,
    );
  return `: ${shown.join('; ')}${scenarios.length > 4 ? `; and ${scenarios.length - 3} more scenarios` : ''}`;
}

function scenarioWord({ executor, vus, iterations, perSecond, durationMs }: ScenarioAsked): string {
  const length = durationMs === null ? '' : ` for ${span(durationMs)}`;
  switch (executor) {
    case 'shared-iterations':
      return `${count(iterations, 'iteration')} shared by ${count(vus, 'virtual user')}`;
    case 'per-vu-iterations':
      return `${count(iterations, 'iteration')} by each of ${count(vus, 'virtual user')}`;
    case 'constant-vus':
      return `${count(vus, 'virtual user')}${length}`;
    case 'ramping-vus':
      return `up to ${count(vus, 'virtual user')}${durationMs === null ? '' : ` over ${span(durationMs)}`}`;
    case 'constant-arrival-rate':
      return `${number(perSecond)} a second${length}`;
    case 'ramping-arrival-rate':
      return `up to ${number(perSecond)} a second${durationMs === null ? '' : ` over ${span(durationMs)}`}`;
    default:
      return executor;
  }
}

function limits({ minScale, maxScale }: Of<'rules'>): string {
  return `${minScale > 0 ? `, at least ${count(minScale, 'pod')}` : ''}${maxScale > 0 ? `, at most ${count(maxScale, 'pod')}` : ''}`;
}

function due({ to, from, steps }: Of<'scaled-up'> | Of<'missed'>): string {
  return `${count(to, 'pod')} ${to === 1 ? 'was' : 'were'} due (from ${from}${steps > 1 ? `, asked for in ${steps} steps` : ''})`;
}

function readyWords({ to, readyAfterMs, mostReady }: Of<'scaled-up'>): string {
  const last = to === 1 ? 'it' : `the ${ordinal(to)}`;
  if (readyAfterMs === null)
    return `and ${last} was never ready in time: at most ${mostReady} ${mostReady === 1 ? 'was' : 'were'}`;
  return `${last} was ready ${after(readyAfterMs, 'that', false)}`;
}

function paidWords(paid: PaidFor | null): string {
  if (!paid || paid.p95Ms === null) return '';
  const against =
    paid.steadyP95Ms === null ? '' : ` against ${duration(paid.steadyP95Ms)} in the steady state`;
  const who =
    paid.waited === null
      ? `${count(paid.requests, 'request')} ended meanwhile`
      : paid.waited === 0
        ? `none of ${count(paid.requests, 'request')} waited`
        : `${count(paid.waited, 'request')} waited`;
  return `; ${who}, p95 ${duration(paid.p95Ms)}${against}`;
}

function lostWords({ atMs, untilMs, pods, restarted, reason, readyAfterMs }: Of<'lost'>): string {
  const why = reason === null ? '' : ` (${reason})`;
  const back =
    readyAfterMs === null
      ? 'and not all came back'
      : pods === 1
        ? `${restarted ? 'it was ready again' : 'its successor was ready'} ${duration(readyAfterMs)} later`
        : `the slowest ${restarted ? 'was back' : 'successor was ready'} after ${duration(readyAfterMs)}`;
  if (pods === 1) return `Second ${second(atMs)}: a ready pod was lost${why}; ${back}.`;
  return `Second ${second(atMs)} to ${second(untilMs)}: ${pods} pods were lost${why}; ${back}.`;
}

const gapWords: Record<Of<'gap'>['what'], string> = {
  pods: 'pods were',
  concurrency: 'the concurrency was',
  requests: 'requests were',
  decisions: 'decisions were',
};

type Value = number | null;
const whole = (value: Value): string => (value === null ? '–' : Math.round(value).toLocaleString('en'));
const number = (value: Value): string =>
  value === null ? '–' : (Math.round(value * 10) / 10).toLocaleString('en');
const count = (value: Value, what: string): string => `${whole(value)} ${what}${value === 1 ? '' : 's'}`;
const second = (ms: number): string => number(ms / 1000);
const after = (ms: number, what: string, ofLast: boolean): string =>
  ms < 0
    ? `${duration(-ms)} before ${ofLast ? 'the last of them' : what}`
    : `${duration(ms)} ${ofLast ? 'after the last of them' : 'later'}`;
const metricWord = (metric: string): string =>
  metric === 'concurrency' ? 'in flight' : metric === 'rps' ? 'requests a second' : metric;

function valueWord(value: number, unit: Of<'threshold-crossed'>['unit']): string {
  return unit === 'ms' ? duration(value) : unit === 'share' ? `${number(value * 100)} %` : number(value);
}

/** Milliseconds in words: `31 ms`, `1.9 s`. */
function duration(ms: Value): string {
  if (ms === null) return '–';
  return Math.abs(ms) >= 999.5 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

/** A length that was asked for: `30 s`, `2 min`, `1 min 30 s`. */
function span(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  return minutes === 0
    ? `${number(ms / 1000)} s`
    : rest === 0
      ? `${minutes} min`
      : `${minutes} min ${rest} s`;
}
