import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** One look at a real cluster; `at` in Unix ms. The autoscaler's own metrics are in the file too and are left there. */
const lookSchema = z.object({
  at: z.number(),
  /** Requests in flight and pending at the gateway. */
  act: z.number(),
  pend: z.number(),
  /** The Deployment's `spec.replicas`: what the real autoscaler had decided. */
  spec: z.number(),
  /** Pods that exist. */
  pods: z.number(),
  /** Pods that are ready and not terminating. */
  ready: z.number(),
});
export type Look = z.infer<typeof lookSchema>;

const conditionsSchema = z.object({
  class: z.string(),
  containerConcurrency: z.number(),
  annotations: z.record(z.string(), z.string()),
  configMap: z.record(z.string(), z.string()),
  /** What the calculation's error may be at most, in pods. */
  maxMeanAbsoluteError: z.number(),
});

/** A recording of a real autoscaler (testdata/real-runs/README.md). */
export interface RealRun {
  name: string;
  looks: Look[];
  conditions: z.infer<typeof conditionsSchema>;
}

/** The recordings in a folder: each `NAME.jsonl.gz` with its `NAME.json`. Throws where one cannot be read. */
export function readRealRuns(directory: string): RealRun[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.jsonl.gz'))
    .sort()
    .map((file) => {
      const name = basename(file, '.jsonl.gz');
      const text = gunzipSync(readFileSync(join(directory, file))).toString();
      return {
        name,
        looks: text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => lookSchema.parse(JSON.parse(line))),
        conditions: conditionsSchema.parse(JSON.parse(readFileSync(join(directory, `${name}.json`), 'utf8'))),
      };
    });
}
