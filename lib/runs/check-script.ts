import { stateDirectory } from '@/lib/environment/paths';
import { EngineMissing, type Engine, type Script } from '@/lib/loadgen/engine';
import { LocalK6 } from '@/lib/loadgen/local-k6';
import { ScriptError } from '@/lib/loadgen/script-error';
import { Refused } from './refused';

/** The engine of this machine. */
export function localEngine(): Engine {
  return new LocalK6(stateDirectory());
}

/** The script's options as its engine gives them. Throws Refused: with the error's line, or where the engine has no k6. */
export async function checkScript(engine: Engine, script: Script): Promise<Record<string, unknown>> {
  try {
    return await engine.check(script);
  } catch (error) {
    if (error instanceof ScriptError)
      throw new Refused(
        'The script has an error',
        [{ path: 'scriptText', message: error.message, line: error.line, column: error.column }],
        422,
      );
    if (error instanceof EngineMissing)
      throw new Refused('k6 is missing', [{ path: 'k6', message: error.message }], 503);
    throw error;
  }
}
