/** `npm run bench -- NAME [options]`: measures one thing and prints a Markdown table of ratios made in one run. */
import { reportError } from '@/lib/environment/user-error';

const benches: Record<
  string,
  { title: string; load: () => Promise<{ runBench(args: string[]): Promise<void> }> }
> = {
  overhead: { title: 'what the dashboard adds to a bare k6 run', load: () => import('./overhead') },
  pages: {
    title: 'list, run page and live page over a history of 10,000 runs and one of an hour',
    load: () => import('./pages'),
  },
  readers: {
    title: 'what hundreds of readers of a live run do to its recording, its page and the memory',
    load: () => import('./readers'),
  },
  ingest: {
    title: 'many runners of one load that push at once to one dashboard',
    load: () => import('./ingest'),
  },
  replica: {
    title:
      'runs of one dashboard that another on the same PostgreSQL shows live: polling beside LISTEN/NOTIFY',
    load: () => import('./replica'),
  },
  gateway: {
    title: "the lab gateway's throughput and added latency, beside nginx and HAProxy",
    load: () => import('./gateway'),
  },
  autoscaling: {
    title: 'ticks a second of the calculation, and a sweep',
    load: () => import('./autoscaling'),
  },
  cluster: {
    title: 'an hour of thousands of pods and Events, and what reading a gateway costs it',
    load: () => import('./cluster'),
  },
  cage: { title: 'what the cage adds to a check and to a run', load: () => import('./cage') },
  fidelity: { title: "how well a replay reproduces the lab's real runs", load: () => import('./fidelity') },
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
if (!bench) {
  console.error(
    `usage: npm run bench -- NAME\n${Object.entries(benches)
      .map(([key, { title }]) => `  ${key.padEnd(12)} ${title}`)
      .join('\n')}`,
  );
  process.exit(name === '' ? 0 : 2);
}
try {
  await (await bench.load()).runBench(args);
} catch (error) {
  process.exit(reportError(error));
}
process.exit(0);
