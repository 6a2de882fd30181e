/** Half an hour of a service's day in small, every 15 seconds, with a spike and a scrape that failed. */
export function exampleCsv(): string {
  const lines = Array.from({ length: 120 }, (_, index) => {
    const time = new Date(Date.UTC(2026, 0, 5, 9, 0, index * 15)).toISOString().slice(0, 19);
    const load = 40 + 30 * Math.sin(index / 12) + (index >= 70 && index < 76 ? 160 : 0);
    return `${time}Z,${index >= 40 && index < 44 ? '' : load.toFixed(1)}`;
  });
  return `time,concurrency\n${lines.join('\n')}\n`;
}
