const shared = globalThis as typeof globalThis & { scaletraceDashboard?: string | null };

/** The id by which this process is told from the other dashboards on its database; null: there are none beside it. */
export function thisDashboard(): string | null {
  return shared.scaletraceDashboard ?? null;
}

/** What `thisDashboard` gives in this thread from now on. */
export function setThisDashboard(id: string | null): void {
  shared.scaletraceDashboard = id;
}
