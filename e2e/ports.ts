/** The dashboard under test; the lab's gateway, API and metrics take the three ports after it. `SCALETRACE_TEST_PORT` sets it. */
export const dashboardPort = Number(process.env.SCALETRACE_TEST_PORT ?? 4490);
