import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { judge } from './real-runs/judge';
import { readRealRuns } from './real-runs/recording';

/** Feeds recordings of real autoscalers to the calculation; its last line is `N passed, N failed`. */
export const command = define(
  {
    positionals: ['DIR…'],
    options: z.object({}),
    notes: 'DIR: folders with recordings, such as testdata/real-runs (its README.md says what is in them).',
  },
  ({ positionals }) => {
    const judged = positionals.flatMap((directory) => {
      return readRealRuns(directory).map((run) => {
        const { line, ok } = judge(run);
        console.log(line);
        return ok;
      });
    });
    const passed = judged.filter(Boolean).length;
    console.log(`${passed} passed, ${judged.length - passed} failed`);
    return passed > 0 && passed === judged.length ? 0 : 1;
  },
);
