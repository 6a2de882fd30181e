import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { recordingSchema } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';

const file = new URL('./split-then-rollout.json.gz', import.meta.url);
const recordedSchema = z.object({ run: runSchema, recording: recordingSchema });

/**
 * A run that k6 made on the lab, for tests: 70 % of its requests go to shop-00001 and 30 % to shop-00002, and from second
 * 27 on all to the second; 6, then 40, then 12 users.
 */
export function splitThenRollout(): z.output<typeof recordedSchema> {
  return recordedSchema.parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));
}
