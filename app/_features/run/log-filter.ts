import { type LogLine } from '@/lib/model/recording';

/** All lines, or only those at least this grave. */
export const logLevels = ['all', 'info', 'warning', 'error'] as const;
export interface LogFilter {
  level: (typeof logLevels)[number];
  text: string;
}

const order = ['debug', 'info', 'warning', 'error'] as const;
type Severity = (typeof order)[number];

/** How grave a line is, by k6's word for its level. */
export function severityOf(level: string): Severity {
  if (/^(err|fatal|panic|crit)/i.test(level)) return 'error';
  if (/^warn/i.test(level)) return 'warning';
  return /^(debug|trace)/i.test(level) ? 'debug' : 'info';
}

/** The lines at least as grave as asked for that contain the text, in whichever case. */
export function filterLog(lines: readonly LogLine[], { level, text }: LogFilter): LogLine[] {
  const least = level === 'all' ? 0 : order.indexOf(level);
  const wanted = text.trim().toLowerCase();
  return lines.filter(
    (line) =>
      order.indexOf(severityOf(line.level)) >= least &&
      (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
}
