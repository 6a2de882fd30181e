/** `scaletrace`: what the product does from a terminal or a CI, as one table of commands. */
import { type Command, helpLines } from '@/lib/environment/arguments';
import { checkEnvironment } from '@/lib/environment/environment';
import { reportError, UserError } from '@/lib/environment/user-error';
import { exitCodes } from './exit-codes';

/** Each is loaded when it is called: most need neither the store nor the calculation. */
const commands: Record<string, { summary: string; load: () => Promise<{ command: Command }> }> = {
  run: { summary: 'start a load test, follow and judge it', load: () => import('./run') },
  runs: { summary: 'list runs', load: () => import('./runs') },
  stop: { summary: 'stop a run', load: () => import('./stop') },
  export: { summary: 'write a run’s export', load: () => import('./export') },
  users: { summary: 'who may sign in, from the machine itself', load: () => import('./users') },
  backup: {
    summary: 'copy the history into a file, also while the dashboard runs',
    load: () => import('./backup'),
  },
  migrate: {
    summary: 'move the history from SQLite to PostgreSQL',
    load: () => import('./migrate'),
  },
  whatif: {
    summary: 'replay a run’s demand, or a file’s, through other settings',
    load: () => import('./whatif'),
  },
  vectors: { summary: 'replay golden vectors of the real autoscalers', load: () => import('./vectors') },
  'real-runs': {
    summary: 'feed recordings of real autoscalers to the calculation',
    load: () => import('./real-runs'),
  },
};

const names = Object.keys(commands).join(', ');
const help = `scaletrace COMMAND [options]

${helpLines(Object.entries(commands).map(([name, { summary }]) => [name, summary]))}

scaletrace COMMAND --help tells how one is used.`;

/** Does what the arguments say; the exit code. */
export async function runCommandLine([name, ...args]: readonly string[]): Promise<number> {
  try {
    checkEnvironment(exitCodes.usage);
    if (name === 'help' || name === '--help' || name === '-h') {
      console.log(help);
      return exitCodes.good;
    }
    const wanted = Object.entries(commands).find(([known]) => known === name)?.[1];
    if (!wanted)
      throw new UserError(
        `${name === undefined ? 'Which command?' : `There is no command "${name}":`} ${names}.\n\nscaletrace --help tells how they are used.`,
        exitCodes.usage,
      );
    const { command } = await wanted.load();
    return await command.start({ name: `scaletrace ${name}`, summary: wanted.summary }, args);
  } catch (error) {
    return reportError(error);
  }
}
