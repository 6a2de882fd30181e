import { join } from 'node:path';
import { projectRoot } from '@/lib/environment/paths';

/** What the lab runs in place of an image of this name. */
const programs: Record<string, string> = {
  'helloworld-go': 'lib/lab/pod.mjs',
  'grpc-ping': 'lib/lab/samples/grpc-ping.mjs',
  'websocket-echo': 'lib/lab/samples/websocket-echo.mjs',
  llm: 'lib/lab/samples/llm.mjs',
};

export const sampleNames: readonly string[] = Object.keys(programs);

/** The program that stands in for an image, from whatever registry and with whatever tag; null: there is none. */
export function programOf(image: string): string | null {
  const name = /(?:^|\/)([^/:@]+)(?:[:@][^/]*)?$/.exec(image)?.[1] ?? '';
  return Object.hasOwn(programs, name) ? join(projectRoot(), programs[name]!) : null;
}
