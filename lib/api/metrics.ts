import { getRecording } from '@/lib/runs/recording';
import { metricsText, metricsType, tellMetrics } from '@/lib/telemetry/metrics';
import { route } from './route';

export const metrics = [
  route(
    'GET /api/metrics',
    {
      summary:
        'How the dashboard itself fares, for Prometheus: runs, queue, ingest, gaps, event loops, database. Also at /metrics',
      access: 'viewer',
      answers: {
        200: { mediaType: 'text/plain', description: 'Prometheus’ text format 0.0.4.' },
      },
    },
    async () => {
      const told = await Promise.all([
        tellMetrics('main'),
        getRecording().then((recording) => recording.metrics()),
      ]);
      return new Response(await metricsText(told), {
        headers: { 'content-type': metricsType, 'cache-control': 'no-store' },
      });
    },
  ),
] as const;
