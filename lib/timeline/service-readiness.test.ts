import { expect, it } from 'vitest';
import { type ClusterReport, type ServiceReport } from '@/lib/model/cluster-report';
import { unreadyStretches } from './service-readiness';

const told = (atMs: number, more: Partial<ServiceReport>): ClusterReport => ({
  kind: 'service',
  id: atMs,
  atMs,
  serverAtMs: null,
  ready: null,
  stale: false,
  reason: null,
  message: null,
  ...more,
});

it('tells when the service was not ready, a stale Ready included, with the last reason that was given', () => {
  const reports = [
    told(0, { ready: true }),
    told(10_000, { stale: true }),
    told(10_300, { reason: 'Deploying', message: 'waiting' }),
    told(14_000, { ready: false, reason: 'RevisionFailed', message: 'm'.repeat(500) }),
    told(20_000, { ready: true }),
    told(30_000, { stale: true }),
    // Taken up as fast as this it is nothing to tell.
    told(30_400, { ready: true }),
    // Told late, it happened when the server says.
    told(50_000, { stale: true, serverAtMs: 40_000 }),
  ];
  expect(unreadyStretches(reports, 60_000)).toEqual([
    { fromMs: 10_000, toMs: 20_000, reason: 'RevisionFailed', message: 'm'.repeat(180) },
    { fromMs: 40_000, toMs: null, reason: null, message: null },
  ]);
  expect(unreadyStretches(reports.slice(0, 1), 60_000)).toEqual([]);
});
