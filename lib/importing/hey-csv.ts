import { Collector, type MetricKind } from './collector';
import { fromCollected, type ImportedFile, type LineReader } from './reader';
import { ImportRefused } from './refused';

/** hey keeps the first million results and drops the rest. */
const mostRows = 1_000_000;
const header = [
  'response-time',
  'DNS+dialup',
  'DNS',
  'Request-write',
  'Response-delay',
  'Response-read',
  'status-code',
  'offset',
];
const time: MetricKind = { type: 'trend', contains: 'time' };
const parts = [
  ['http_req_connecting', 1],
  ['http_req_sending', 3],
  ['http_req_waiting', 4],
  ['http_req_receiving', 5],
] as const;

/** Whether a file's first line is hey's. */
export function isHeyHeader(line: string): boolean {
  return line.startsWith('response-time,');
}

/** `hey -o csv`: a row a request with its start, all in seconds with four digits behind the point. */
export class HeyReader implements LineReader {
  private readonly collector = new Collector();
  private rows = 0;
  private cutOff = false;

  line(text: string, number: number, cutOff: boolean): void {
    if (number === 1) {
      if (text !== header.join(','))
        throw new ImportRefused(
          `hey’s header is expected: ${header.join(',')}. Save the output of "hey -o csv" as it is.`,
          1,
        );
      return;
    }
    if (text === '') return;
    const cells = text.split(',');
    const numbers = cells.map(Number);
    const whole =
      cells.length === header.length && cells.every((cell, i) => cell !== '' && Number.isFinite(numbers[i]));
    if (!whole && cutOff) {
      this.cutOff = true;
      return;
    }
    if (!whole)
      throw new ImportRefused(
        `${header.length} numbers are expected here, as in hey’s header; found "${shortened(text)}". Remove the line, or export again with "hey -o csv".`,
        number,
      );
    this.row(numbers);
  }

  finish(): ImportedFile {
    const collected = this.collector.finish();
    if (!collected || this.rows === 0)
      throw new ImportRefused(
        'hey’s header is there, but no request follows it: each of them failed without an answer, or the file is not complete.',
        1,
      );
    const common = fromCollected(collected);
    return {
      ...common,
      format: 'hey-csv',
      engine: 'hey',
      toolVersion: null,
      startedAtMs: null,
      target: null,
      settings: {},
      histogram: null,
      notes: [
        ...common.notes,
        'no-start',
        'no-errors',
        ...(this.rows >= mostRows ? ['most-rows' as const] : []),
        ...(this.cutOff ? ['cut-off' as const] : []),
      ],
    };
  }

  private row(numbers: number[]): void {
    const [seconds = 0] = numbers;
    const status = `${numbers[6]}`;
    const ok = numbers[6]! >= 200 && numbers[6]! < 400;
    const endMs = (numbers[7]! + seconds) * 1000;
    const tags = { expected_response: `${ok}`, status };
    this.collector.add('http_reqs', { type: 'counter', contains: 'default' }, tags, status, endMs, 1);
    this.collector.add('http_req_duration', time, tags, status, endMs, seconds * 1000);
    this.collector.add(
      'http_req_failed',
      { type: 'rate', contains: 'default' },
      tags,
      status,
      endMs,
      ok ? 0 : 1,
    );
    for (const [metric, cell] of parts)
      this.collector.add(metric, time, tags, status, endMs, numbers[cell]! * 1000);
    this.rows++;
  }
}

/** A wrong line's beginning, for a message. */
export function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
