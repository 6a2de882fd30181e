// Written by: npx tsx scripts/api-registry.ts
import { type Operations } from './operation';
import { operations as accountPasswordOperations } from '@/app/api/account/password/operations';
import { operations as auditOperations } from '@/app/api/audit/operations';
import { operations as compareOperations } from '@/app/api/compare/operations';
import { operations as importOperations } from '@/app/api/import/operations';
import { operations as ingestIdOperations } from '@/app/api/ingest/[id]/operations';
import { operations as openapijsonOperations } from '@/app/api/openapi.json/operations';
import { operations as runsOperations } from '@/app/api/runs/operations';
import { operations as runsIdOperations } from '@/app/api/runs/[id]/operations';
import { operations as runsIdBaselineOperations } from '@/app/api/runs/[id]/baseline/operations';
import { operations as runsIdDecisionsOperations } from '@/app/api/runs/[id]/decisions/operations';
import { operations as runsIdEventsOperations } from '@/app/api/runs/[id]/events/operations';
import { operations as runsIdExportFormatOperations } from '@/app/api/runs/[id]/export/[format]/operations';
import { operations as runsIdLogOperations } from '@/app/api/runs/[id]/log/operations';
import { operations as runsIdMetricsOperations } from '@/app/api/runs/[id]/metrics/operations';
import { operations as runsIdOverviewOperations } from '@/app/api/runs/[id]/overview/operations';
import { operations as runsIdRangeOperations } from '@/app/api/runs/[id]/range/operations';
import { operations as runsIdRecordingOperations } from '@/app/api/runs/[id]/recording/operations';
import { operations as runsIdResultOperations } from '@/app/api/runs/[id]/result/operations';
import { operations as runsIdStopOperations } from '@/app/api/runs/[id]/stop/operations';
import { operations as runsIdSweepOperations } from '@/app/api/runs/[id]/sweep/operations';
import { operations as runsIdWhatIfOperations } from '@/app/api/runs/[id]/what-if/operations';
import { operations as runsDeleteOperations } from '@/app/api/runs/delete/operations';
import { operations as runsRegressionsOperations } from '@/app/api/runs/regressions/operations';
import { operations as runsRestoreOperations } from '@/app/api/runs/restore/operations';
import { operations as runsTagsOperations } from '@/app/api/runs/tags/operations';
import { operations as scriptsOperations } from '@/app/api/scripts/operations';
import { operations as scriptsNameOperations } from '@/app/api/scripts/[name]/operations';
import { operations as scriptsCheckOperations } from '@/app/api/scripts/check/operations';
import { operations as servicesOperations } from '@/app/api/services/operations';
import { operations as servicesIdOperations } from '@/app/api/services/[id]/operations';
import { operations as servicesIdAutoscalingOperations } from '@/app/api/services/[id]/autoscaling/operations';
import { operations as servicesIdRefreshOperations } from '@/app/api/services/[id]/refresh/operations';
import { operations as servicesIdTestOperations } from '@/app/api/services/[id]/test/operations';
import { operations as servicesApplyOperations } from '@/app/api/services/apply/operations';
import { operations as servicesDiscoverOperations } from '@/app/api/services/discover/operations';
import { operations as sessionOperations } from '@/app/api/session/operations';
import { operations as sessionsOperations } from '@/app/api/sessions/operations';
import { operations as sessionsIdOperations } from '@/app/api/sessions/[id]/operations';
import { operations as settingsRetentionOperations } from '@/app/api/settings/retention/operations';
import { operations as settingsRetentionPreviewOperations } from '@/app/api/settings/retention/preview/operations';
import { operations as settingsRetentionRunOperations } from '@/app/api/settings/retention/run/operations';
import { operations as shareTokenOperations } from '@/app/api/share/[token]/operations';
import { operations as shareTokenPartOperations } from '@/app/api/share/[token]/[part]/operations';
import { operations as shareTokenCompareOperations } from '@/app/api/share/[token]/compare/operations';
import { operations as shareTokenImageOperations } from '@/app/api/share/[token]/image/operations';
import { operations as shareTokenUnlockOperations } from '@/app/api/share/[token]/unlock/operations';
import { operations as sharesOperations } from '@/app/api/shares/operations';
import { operations as sharesIdOperations } from '@/app/api/shares/[id]/operations';
import { operations as statusOperations } from '@/app/api/status/operations';
import { operations as tokensOperations } from '@/app/api/tokens/operations';
import { operations as tokensIdOperations } from '@/app/api/tokens/[id]/operations';
import { operations as trendsOperations } from '@/app/api/trends/operations';
import { operations as usersOperations } from '@/app/api/users/operations';
import { operations as usersIdOperations } from '@/app/api/users/[id]/operations';
import { operations as whatIfOperations } from '@/app/api/what-if/operations';
import { operations as whatIfSweepOperations } from '@/app/api/what-if/sweep/operations';

/** The operations of every route, by OpenAPI path. */
export const registry: Record<string, Operations> = {
  '/api/account/password': accountPasswordOperations,
  '/api/audit': auditOperations,
  '/api/compare': compareOperations,
  '/api/import': importOperations,
  '/api/ingest/{id}': ingestIdOperations,
  '/api/openapi.json': openapijsonOperations,
  '/api/runs': runsOperations,
  '/api/runs/{id}': runsIdOperations,
  '/api/runs/{id}/baseline': runsIdBaselineOperations,
  '/api/runs/{id}/decisions': runsIdDecisionsOperations,
  '/api/runs/{id}/events': runsIdEventsOperations,
  '/api/runs/{id}/export/{format}': runsIdExportFormatOperations,
  '/api/runs/{id}/log': runsIdLogOperations,
  '/api/runs/{id}/metrics': runsIdMetricsOperations,
  '/api/runs/{id}/overview': runsIdOverviewOperations,
  '/api/runs/{id}/range': runsIdRangeOperations,
  '/api/runs/{id}/recording': runsIdRecordingOperations,
  '/api/runs/{id}/result': runsIdResultOperations,
  '/api/runs/{id}/stop': runsIdStopOperations,
  '/api/runs/{id}/sweep': runsIdSweepOperations,
  '/api/runs/{id}/what-if': runsIdWhatIfOperations,
  '/api/runs/delete': runsDeleteOperations,
  '/api/runs/regressions': runsRegressionsOperations,
  '/api/runs/restore': runsRestoreOperations,
  '/api/runs/tags': runsTagsOperations,
  '/api/scripts': scriptsOperations,
  '/api/scripts/{name}': scriptsNameOperations,
  '/api/scripts/check': scriptsCheckOperations,
  '/api/services': servicesOperations,
  '/api/services/{id}': servicesIdOperations,
  '/api/services/{id}/autoscaling': servicesIdAutoscalingOperations,
  '/api/services/{id}/refresh': servicesIdRefreshOperations,
  '/api/services/{id}/test': servicesIdTestOperations,
  '/api/services/apply': servicesApplyOperations,
  '/api/services/discover': servicesDiscoverOperations,
  '/api/session': sessionOperations,
  '/api/sessions': sessionsOperations,
  '/api/sessions/{id}': sessionsIdOperations,
  '/api/settings/retention': settingsRetentionOperations,
  '/api/settings/retention/preview': settingsRetentionPreviewOperations,
  '/api/settings/retention/run': settingsRetentionRunOperations,
  '/api/share/{token}': shareTokenOperations,
  '/api/share/{token}/{part}': shareTokenPartOperations,
  '/api/share/{token}/compare': shareTokenCompareOperations,
  '/api/share/{token}/image': shareTokenImageOperations,
  '/api/share/{token}/unlock': shareTokenUnlockOperations,
  '/api/shares': sharesOperations,
  '/api/shares/{id}': sharesIdOperations,
  '/api/status': statusOperations,
  '/api/tokens': tokensOperations,
  '/api/tokens/{id}': tokensIdOperations,
  '/api/trends': trendsOperations,
  '/api/users': usersOperations,
  '/api/users/{id}': usersIdOperations,
  '/api/what-if': whatIfOperations,
  '/api/what-if/sweep': whatIfSweepOperations,
};
