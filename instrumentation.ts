/** Next calls this once when the server starts: runs that an earlier process left are recovered, the queue goes on. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { getRunManager } = await import('@/lib/runs/manager');
  await getRunManager();
}
