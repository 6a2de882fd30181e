/** A progress bar on a terminal, plain lines otherwise. */
export class Progress {
  private lastLineAtMs = 0;

  /** `total`: null where it is not known before. */
  constructor(private readonly total: number | null) {}

  /** Shows that `done` of the total are done, with a few words beside. */
  show(done: number, words: string): void {
    const share = this.total === null ? null : Math.min(1, done / this.total);
    const percent = share === null ? '' : `${`${Math.round(share * 100)}`.padStart(3)} %  `;
    if (process.stdout.isTTY) {
      const width = 28;
      const filled = Math.round((share ?? 0) * width);
      process.stdout.write(
        `\r\x1b[2K  ${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${percent}${words}`,
      );
    } else if (Date.now() - this.lastLineAtMs >= 5000) {
      this.lastLineAtMs = Date.now();
      console.log(`  ${percent}${words}`);
    }
  }

  /** Takes the bar away. */
  end(): void {
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
  }
}
