import { stateDirectory } from '@/lib/environment/paths';
import { type Engine } from '@/lib/loadgen/engine';
import { LocalK6 } from '@/lib/loadgen/local-k6';

/** The engine of this machine. `ingestUrl`: where its pushes are taken; null where it only checks scripts. */
export function localEngine(ingestUrl: string | null = null): Engine {
  return new LocalK6(stateDirectory(), ingestUrl);
}
