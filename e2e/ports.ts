import { variable } from '@/lib/environment/environment';

/** The dashboard under test; the lab's gateway, API and metrics take the three ports after it. `SCALETRACE_TEST_PORT` sets it. */
export const dashboardPort = variable('SCALETRACE_TEST_PORT');
