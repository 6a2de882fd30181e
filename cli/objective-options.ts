import { z } from 'zod';
import { type ObjectiveChange } from '@/lib/model/objective';
import { type Service } from '@/lib/model/run';

const units = { ms: 1, s: 1000, m: 60_000 } as const;

function msOf(text: string): number | null {
  const [, number, unit] = /^([\d.]+)(ms|s|m)$/.exec(text) ?? [];
  return unit === undefined ? null : Number(number) * units[unit as keyof typeof units];
}

const shareOf = (text: string): number => Number(text.replace('%', '')) / 100;

/** A limit of this pattern, as `read` gives it; null for `off`. */
const orOff = (pattern: string, error: string, read: (text: string) => number | null) =>
  z
    .string()
    .regex(new RegExp(`^(off|${pattern})$`), error)
    .transform((text) => (text === 'off' ? null : read(text)));
const time = String.raw`\d+(\.\d+)?(ms|s|m)`;
/** A length such as `5s`, `500ms`, `1.5m`, in ms. */
const timeSchema = orOff(time, 'a number with ms, s or m, such as 5s, or off.', msOf);
/** A share such as `0.5%`, from 0 to 1. */
const shareSchema = orOff(
  String.raw`\d{1,2}(\.\d+)?%|100%`,
  'a share in percent, such as 0.5%, or off.',
  shareOf,
);
const countSchema = orOff(String.raw`\d{1,6}`, 'a whole number, or off.', Number);
/** Such as `1%:500ms`. */
const slowSchema = z
  .string()
  .regex(
    /^(off|(\d{1,2}(\.\d+)?|100)%:\d+(\.\d+)?(ms|s|m))$/,
    'a share and a time, such as 1%:500ms, or off.',
  )
  .transform((text) => {
    const [share = '', time = ''] = text.split(':');
    return text === 'off'
      ? { slowShare: null, slowerThanMs: null }
      : { slowShare: shareOf(share), slowerThanMs: msOf(time) };
  });

/** What a run must not exceed, where it asks otherwise than its service. */
export const objectiveOptions = {
  maxLag: timeSchema.optional().meta({
    value: 'TIME',
    description: 'how late a scale-up may be, such as 5s or 500ms; off: do not judge it (10s)',
  }),
  maxIncident: timeSchema.optional().meta({
    value: 'TIME',
    description: 'how long it may take from a change of load until enough pods are ready',
  }),
  maxSlow: slowSchema.optional().meta({
    value: 'SHARE:TIME',
    description: 'which share of the requests may take longer than a time, such as 1%:500ms',
  }),
  maxFailed: shareSchema.optional().meta({
    value: 'SHARE',
    description: 'which share of the requests may fail, such as 0.1%',
  }),
  maxOverLimit: timeSchema.optional().meta({
    value: 'TIME',
    description: 'how long more may be in flight than the ready pods take',
  }),
  maxWaiting: countSchema.optional().meta({
    value: 'N',
    description: 'how many requests may wait at the gateway at once',
  }),
  maxColdStarts: countSchema
    .optional()
    .meta({ value: 'N', description: 'how many cold starts there may be' }),
  noRegression: z
    .boolean()
    .optional()
    .meta({ description: 'fail where the run is surely worse than its baseline' }),
} as const;

type ObjectiveOptions = { [K in keyof typeof objectiveOptions]: z.output<(typeof objectiveOptions)[K]> };
const defaultLagMs = 10_000;

/**
 * What a run asks for. A command that waits for the verdict asks how late a scale-up may be, as it always did, unless the
 * service says itself how fast capacity has to follow.
 */
export function objectiveOf(
  options: Partial<ObjectiveOptions> & { wait: boolean },
  service: Pick<Service, 'objective'>,
): ObjectiveChange {
  const { wait, maxLag, maxIncident, maxSlow, maxFailed, maxOverLimit } = options;
  const { incidentMs = null, lagMs = null } = service.objective ?? {};
  const isSilent = wait && maxIncident === undefined && incidentMs === null && lagMs === null;
  const asked = {
    lagMs: maxLag === undefined && isSilent ? defaultLagMs : maxLag,
    incidentMs: maxIncident,
    ...maxSlow,
    failedShare: maxFailed,
    overLimitMs: maxOverLimit,
    mostWaiting: options.maxWaiting,
    coldStarts: options.maxColdStarts,
    regression: options.noRegression,
  };
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}
