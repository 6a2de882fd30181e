import { z } from 'zod';

const exported =
  /\bexport\s+(?:async\s+)?function\s*\*?\s*(?:setup|teardown)\b|\bexport\s+(?:const|let|var)\s+(?:setup|teardown)\b|\bexport\s*\{[^}]*\b(?:setup|teardown)\b[^}]*\}|\bexports\.(?:setup|teardown)\b/;

/** Whether a script's code has a `setup` or `teardown`, which all runners together are to call once. */
export function startsTogether(code: readonly string[]): boolean {
  return code.some((text) => exported.test(text));
}

const optionsSchema = z.object({ setupTimeout: z.string().nullish() });

/** What `setup` may take, with what the way there takes; k6's own default is 60 s. */
export function setupMsOf(options: Record<string, unknown>): number {
  const told = optionsSchema.safeParse(options).data?.setupTimeout ?? '60s';
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  const parts = [...told.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  const ms = parts.reduce((sum, [, value, unit]) => sum + Number(value) * (units[unit!] ?? 0), 0);
  return (ms || 60_000) + 10_000;
}
