/** Next calls this once when the server starts: requests are told where they came from, runs that an earlier process left are recovered, the queue goes on. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { checkEnvironment } = await import('./lib/environment/environment');
  checkEnvironment();
  const { reportError } = await import('./lib/environment/user-error');
  const { keepPrivate } = await import('./lib/environment/paths');
  keepPrivate();
  const { noteConnections } = await import('./lib/identity/connection');
  noteConnections();
  const { dropStalledReaders } = await import('./lib/api/stalled-readers');
  dropStalledReaders();
  const { getRecording } = await import('./lib/runs/recording');
  await getRecording().catch((error: unknown) => process.exit(reportError(error)));
  const { answerBy } = await import('./lib/api/direct');
  const { mountApi } = await import('./lib/api/mount');
  const { databaseState } = await import('./lib/store/database-state');
  const { meterProcess, noteQuery } = await import('./lib/telemetry/metrics');
  const { followQueries } = await import('./lib/store/query-times');
  const { leaveDashboards } = await import('./lib/runs/dashboards');
  const { getStore } = await import('./lib/store/client');
  meterProcess();
  followQueries(noteQuery);
  Object.assign(globalThis, {
    scaletraceApi: answerBy.bind(null, mountApi()),
    scaletraceLeave: async () => leaveDashboards(await getStore()),
    scaletraceUnready: () => {
      const state = databaseState();
      return state.writable ? null : `the database cannot be written: ${state.detail}`;
    },
  });
  const { startHousekeeping } = await import('./lib/runs/housekeeping');
  startHousekeeping();
  const { startWebhooks } = await import('./lib/runs/webhooks');
  startWebhooks();
}
