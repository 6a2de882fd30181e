import { stateDirectory } from '@/lib/environment/paths';
import { type Engine } from '@/lib/loadgen/engine';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { K6Operator } from '@/lib/loadgen/operator/k6-operator';

/** The engine of this machine. `ingestUrl`: where its pushes are taken; null where it only checks scripts. */
export function localEngine(ingestUrl: string | null = null): Engine {
  return new LocalK6(stateDirectory(), ingestUrl);
}

/** The engine of the services' clusters. `ingestUrl`: where pushes of this machine are taken, which the lab's runners reach. */
export function operatorEngine(checks: Engine, ingestUrl: string): Engine {
  return new K6Operator(stateDirectory(), checks, ingestUrl);
}
