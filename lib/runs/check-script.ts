import { stateDirectory } from '@/lib/environment/paths';
import { type Engine } from '@/lib/loadgen/engine';
import { LocalK6 } from '@/lib/loadgen/local-k6';

/** The engine of this machine. */
export function localEngine(): Engine {
  return new LocalK6(stateDirectory());
}
