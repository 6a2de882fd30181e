/** `running (06.7s), 0/8 VUs, 10 complete and 5 interrupted iterations`, as k6 writes it each second and at its end. */
const progressLine =
  /^running \([\dhms.]+\), \d+\/\d+ VUs, (?<complete>\d+) complete and (?<interrupted>\d+) interrupted iterations$/;
/** What k6 says as long as `--linger` keeps it for others' end. */
const lingerLine = /^The test is done, but --linger was enabled/;
/** `name ✓ [ 100% ] 5 VUs 2s` below it, a line a scenario; `Run [ 100% ] setup()` before and after. */
const barLine = /^[\w-]+ +\S? *\[ *(?:\d+%|-*) *\]/;

/** Iterations that were whole, and those that k6 broke off at the end of a scenario: these are in no figure of its summary. */
export interface IterationCounts {
  complete: number;
  interrupted: number;
}

/**
 * What `k6 run` writes to its standard output, apart: its greeting, its progress, and what the summary (its own or the
 * script's `handleSummary`) says. Iterations that were interrupted are told by the progress alone.
 */
export class K6Output {
  private place: 'greeting' | 'scenarios' | 'progress' | 'text' = 'greeting';
  /** As last told; null: not yet. */
  iterations: IterationCounts | null = null;

  /** The next line that is not empty: given back where it is the summary's, else null. */
  take(line: string): string | null {
    if (lingerLine.test(line)) return null;
    const counts = progressLine.exec(line)?.groups;
    if (counts) {
      this.iterations = { complete: Number(counts.complete), interrupted: Number(counts.interrupted) };
      this.place = 'progress';
      return null;
    }
    switch (this.place) {
      case 'greeting':
        if (/^ {5}scenarios: \(/.test(line)) this.place = 'scenarios';
        return null;
      case 'scenarios':
        if (line.startsWith('              * ')) return null;
        break;
      case 'progress':
        break;
      case 'text':
        return line;
    }
    this.place = barLine.test(line) ? 'progress' : 'text';
    return this.place === 'progress' ? null : line;
  }
}
