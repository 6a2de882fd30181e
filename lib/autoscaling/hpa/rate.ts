import { type HpaPolicy, type HpaRules } from '@/lib/model/hpa-spec';

interface ScaleEvent {
  atMs: number;
  change: number;
  outdated: boolean;
}

/** What a behavior's policies allow now, from the changes that were made (spec, section 5). */
export class ScaleRate {
  private readonly ups: ScaleEvent[] = [];
  private readonly downs: ScaleEvent[] = [];

  /**
   * Remembers a change. As in Kubernetes a new event takes the place of the last one that its own direction's longest
   * policy no longer needs, even where the other direction's policies still count it.
   */
  store(atMs: number, from: number, to: number, rules: { up: HpaRules; down: HpaRules }): void {
    const up = to > from;
    const events = up ? this.ups : this.downs;
    const longestMs = Math.max(
      0,
      ...policiesOf(up ? rules.up : rules.down).map(({ periodSeconds }) => periodSeconds * 1000),
    );
    for (const event of events) if (event.atMs < atMs - longestMs) event.outdated = true;
    const event = { atMs, change: Math.abs(to - from), outdated: false };
    const reused = events.findLastIndex(({ outdated }) => outdated);
    if (reused >= 0) events[reused] = event;
    else events.push(event);
  }

  upLimit(atMs: number, current: number, rules: HpaRules): number {
    if (rules.selectPolicy === 'Disabled') return current;
    const limits = policiesOf(rules).map((policy) => {
      const start = this.atPeriodStart(atMs, current, policy);
      return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
    });
    return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
  }

  downLimit(atMs: number, current: number, rules: HpaRules): number {
    if (rules.selectPolicy === 'Disabled') return current;
    const limits = policiesOf(rules).map((policy) => {
      const start = this.atPeriodStart(atMs, current, policy);
      return policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100));
    });
    return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
  }

  private atPeriodStart(atMs: number, current: number, { periodSeconds }: HpaPolicy): number {
    const since = atMs - periodSeconds * 1000;
    const sum = (events: ScaleEvent[]) =>
      events.reduce((total, event) => (event.atMs > since ? total + event.change : total), 0);
    return current - sum(this.ups) + sum(this.downs);
  }
}

function policiesOf(rules: HpaRules): HpaPolicy[] {
  return rules.policies ?? [];
}
