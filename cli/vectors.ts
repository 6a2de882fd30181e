import { z } from 'zod';
import { command as define } from '@/lib/environment/arguments';
import { printReplay, replayDirectories } from './vectors/replay';

/** Its last line is `N passed, N failed`. */
export const command = define(
  {
    positionals: ['DIR…'],
    options: z.object({}),
    notes: 'DIR: folders with kpa, kpa-unit, hpa or hpa-unit in them.',
  },
  ({ positionals }) => {
    const { passed, failed } = printReplay(replayDirectories(positionals), console.log);
    console.log(`${passed} passed, ${failed} failed`);
    return failed > 0 ? 1 : 0;
  },
);
