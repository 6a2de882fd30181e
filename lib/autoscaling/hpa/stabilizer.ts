/** Earlier recommendations, and what they let through: the HPA's stabilisation (spec, section 5). */
export class Stabilizer {
  private recommendations: { atMs: number; replicas: number }[] = [];

  /** The first sync remembers the replicas it found. */
  begin(atMs: number, replicas: number): void {
    if (this.recommendations.length === 0) this.recommendations.push({ atMs, replicas });
  }

  /** Without behavior: the largest of the last `windowMs` (its edge included). */
  largest(atMs: number, replicas: number, windowMs: number): number {
    let largest = replicas;
    for (const past of this.recommendations)
      if (past.atMs >= atMs - windowMs && past.replicas > largest) largest = past.replicas;
    this.remember(atMs, replicas, windowMs);
    return largest;
  }

  /** With behavior: `current`, raised to the least of the up window and lowered to the most of the down window. */
  between(atMs: number, current: number, replicas: number, upWindowMs: number, downWindowMs: number): number {
    let least = replicas;
    let most = replicas;
    for (const past of this.recommendations) {
      if (past.atMs > atMs - upWindowMs) least = Math.min(least, past.replicas);
      if (past.atMs > atMs - downWindowMs) most = Math.max(most, past.replicas);
    }
    this.remember(atMs, replicas, Math.max(upWindowMs, downWindowMs));
    return Math.min(Math.max(current, least), most);
  }

  private remember(atMs: number, replicas: number, windowMs: number): void {
    this.recommendations = this.recommendations.filter((past) => past.atMs >= atMs - windowMs);
    this.recommendations.push({ atMs, replicas });
  }
}
