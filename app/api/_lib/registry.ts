// Written by: npx tsx scripts/api-registry.ts
import { type Operations } from './operation';
import { operations as accountPasswordOperations } from '../account/password/operations';
import { operations as auditOperations } from '../audit/operations';
import { operations as compareOperations } from '../compare/operations';
import { operations as importOperations } from '../import/operations';
import { operations as ingestIdOperations } from '../ingest/[id]/operations';
import { operations as openapijsonOperations } from '../openapi.json/operations';
import { operations as runsOperations } from '../runs/operations';
import { operations as runsIdOperations } from '../runs/[id]/operations';
import { operations as runsIdBaselineOperations } from '../runs/[id]/baseline/operations';
import { operations as runsIdDecisionsOperations } from '../runs/[id]/decisions/operations';
import { operations as runsIdEventsOperations } from '../runs/[id]/events/operations';
import { operations as runsIdExportFormatOperations } from '../runs/[id]/export/[format]/operations';
import { operations as runsIdLogOperations } from '../runs/[id]/log/operations';
import { operations as runsIdMetricsOperations } from '../runs/[id]/metrics/operations';
import { operations as runsIdOverviewOperations } from '../runs/[id]/overview/operations';
import { operations as runsIdRangeOperations } from '../runs/[id]/range/operations';
import { operations as runsIdRecordingOperations } from '../runs/[id]/recording/operations';
import { operations as runsIdResultOperations } from '../runs/[id]/result/operations';
import { operations as runsIdStopOperations } from '../runs/[id]/stop/operations';
import { operations as runsIdSweepOperations } from '../runs/[id]/sweep/operations';
import { operations as runsIdWhatIfOperations } from '../runs/[id]/what-if/operations';
import { operations as runsDeleteOperations } from '../runs/delete/operations';
import { operations as runsRegressionsOperations } from '../runs/regressions/operations';
import { operations as runsRestoreOperations } from '../runs/restore/operations';
import { operations as runsTagsOperations } from '../runs/tags/operations';
import { operations as scriptsOperations } from '../scripts/operations';
import { operations as scriptsNameOperations } from '../scripts/[name]/operations';
import { operations as scriptsCheckOperations } from '../scripts/check/operations';
import { operations as servicesOperations } from '../services/operations';
import { operations as servicesIdOperations } from '../services/[id]/operations';
import { operations as servicesIdAutoscalingOperations } from '../services/[id]/autoscaling/operations';
import { operations as servicesIdRefreshOperations } from '../services/[id]/refresh/operations';
import { operations as servicesIdTestOperations } from '../services/[id]/test/operations';
import { operations as servicesApplyOperations } from '../services/apply/operations';
import { operations as servicesDiscoverOperations } from '../services/discover/operations';
import { operations as sessionOperations } from '../session/operations';
import { operations as sessionsOperations } from '../sessions/operations';
import { operations as sessionsIdOperations } from '../sessions/[id]/operations';
import { operations as settingsRetentionOperations } from '../settings/retention/operations';
import { operations as settingsRetentionPreviewOperations } from '../settings/retention/preview/operations';
import { operations as settingsRetentionRunOperations } from '../settings/retention/run/operations';
import { operations as shareTokenOperations } from '../share/[token]/operations';
import { operations as shareTokenPartOperations } from '../share/[token]/[part]/operations';
import { operations as shareTokenCompareOperations } from '../share/[token]/compare/operations';
import { operations as shareTokenImageOperations } from '../share/[token]/image/operations';
import { operations as shareTokenUnlockOperations } from '../share/[token]/unlock/operations';
import { operations as sharesOperations } from '../shares/operations';
import { operations as sharesIdOperations } from '../shares/[id]/operations';
import { operations as statusOperations } from '../status/operations';
import { operations as tokensOperations } from '../tokens/operations';
import { operations as tokensIdOperations } from '../tokens/[id]/operations';
import { operations as trendsOperations } from '../trends/operations';
import { operations as usersOperations } from '../users/operations';
import { operations as usersIdOperations } from '../users/[id]/operations';
import { operations as whatIfOperations } from '../what-if/operations';
import { operations as whatIfSweepOperations } from '../what-if/sweep/operations';

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
