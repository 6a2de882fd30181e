-- CreateTable
CREATE TABLE "Service" (
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "namespace" TEXT COLLATE "C" NOT NULL,
    "gatewayUrl" TEXT COLLATE "C" NOT NULL,
    "host" TEXT COLLATE "C" NOT NULL,
    "podSelector" TEXT COLLATE "C" NOT NULL,
    "containerConcurrency" INTEGER NOT NULL,
    "annotationsJson" TEXT COLLATE "C" NOT NULL,
    "gatewayMetricsUrl" TEXT COLLATE "C",
    "gatewayCluster" TEXT COLLATE "C",
    "gatewayCa" TEXT COLLATE "C",
    "gatewayUnverified" BOOLEAN NOT NULL DEFAULT false,
    "gatewayClientJson" TEXT COLLATE "C",
    "kubeContext" TEXT COLLATE "C",
    "concurrencyFrom" TEXT COLLATE "C" NOT NULL DEFAULT 'knative',
    "objectiveJson" TEXT COLLATE "C",
    "pricePerPodHour" DOUBLE PRECISION,
    "logLink" TEXT COLLATE "C",
    "origin" TEXT COLLATE "C" NOT NULL,
    "watchedSinceMs" DOUBLE PRECISION,
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "updatedAtMs" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Service_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Script" (
    "name" TEXT COLLATE "C" NOT NULL,
    "body" TEXT COLLATE "C" NOT NULL,
    "entryPath" TEXT COLLATE "C",
    "filesJson" TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "updatedAtMs" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Script_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "ScriptFile" (
    "sha256" TEXT COLLATE "C" NOT NULL,
    "content" BYTEA NOT NULL,
    "bytes" INTEGER NOT NULL,
    "usedAtMs" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "ScriptFile_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "Run" (
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "state" TEXT COLLATE "C" NOT NULL,
    "stateReason" TEXT COLLATE "C",
    "stateReasonCode" TEXT COLLATE "C",
    "stateReasonDataJson" TEXT COLLATE "C",
    "serviceId" TEXT COLLATE "C",
    "serviceJson" TEXT COLLATE "C" NOT NULL,
    "serviceName" TEXT COLLATE "C" NOT NULL,
    "scriptName" TEXT COLLATE "C" NOT NULL,
    "scriptText" TEXT COLLATE "C" NOT NULL,
    "entryPath" TEXT COLLATE "C",
    "filesJson" TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    "envJson" TEXT COLLATE "C" NOT NULL,
    "plainEnvJson" TEXT COLLATE "C" NOT NULL DEFAULT '[]',
    "optionsJson" TEXT COLLATE "C" NOT NULL,
    "k6Version" TEXT COLLATE "C",
    "loadHandleJson" TEXT COLLATE "C",
    "ingestSecretHash" TEXT COLLATE "C" NOT NULL,
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "originMs" DOUBLE PRECISION,
    "loadStartMs" INTEGER,
    "loadEndMs" INTEGER,
    "endedAtMs" DOUBLE PRECISION,
    "requests" INTEGER,
    "failures" INTEGER,
    "requestsPerSecond" DOUBLE PRECISION,
    "p50Ms" DOUBLE PRECISION,
    "p90Ms" DOUBLE PRECISION,
    "p95Ms" DOUBLE PRECISION,
    "p99Ms" DOUBLE PRECISION,
    "peakReadyPods" INTEGER,
    "worstLagMs" DOUBLE PRECISION,
    "decidedDifference" DOUBLE PRECISION,
    "worstIncidentMs" DOUBLE PRECISION,
    "lagPart" TEXT COLLATE "C",
    "lagPartMs" DOUBLE PRECISION,
    "lagMs" DOUBLE PRECISION,
    "thresholdsMet" BOOLEAN,
    "objectiveJson" TEXT COLLATE "C",
    "verdictJson" TEXT COLLATE "C",
    "verdictShownJson" TEXT COLLATE "C",
    "verdictKey" TEXT COLLATE "C",
    "summaryJson" TEXT COLLATE "C",
    "autoscalingJson" TEXT COLLATE "C",
    "pastJson" TEXT COLLATE "C",
    "podsSparkJson" TEXT COLLATE "C",
    "notes" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    "deletedAtMs" DOUBLE PRECISION,
    "board" BOOLEAN NOT NULL DEFAULT false,
    "engine" TEXT COLLATE "C" NOT NULL DEFAULT 'k6',
    "importedFrom" TEXT COLLATE "C",
    "scaletraceVersion" TEXT COLLATE "C",
    "clusterVersion" TEXT COLLATE "C",
    "thinnedStepMs" INTEGER,
    "protocolsJson" TEXT COLLATE "C" NOT NULL DEFAULT '["http"]',
    "startedBy" TEXT COLLATE "C",
    "uncagedAllowed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "Run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "runId" TEXT COLLATE "C" NOT NULL,
    "serviceId" TEXT COLLATE "C" NOT NULL,
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "dueAtMs" DOUBLE PRECISION,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lastTriedAtMs" DOUBLE PRECISION,
    "deliveredAtMs" DOUBLE PRECISION,
    "failureJson" TEXT COLLATE "C",

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("runId")
);

-- CreateTable
CREATE TABLE "RunArtefact" (
    "runId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "bytes" INTEGER NOT NULL,
    "content" BYTEA,

    CONSTRAINT "RunArtefact_pkey" PRIMARY KEY ("runId","name")
);

-- CreateTable
CREATE TABLE "RunTag" (
    "runId" TEXT COLLATE "C" NOT NULL,
    "tag" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "RunTag_pkey" PRIMARY KEY ("runId","tag")
);

-- CreateTable
CREATE TABLE "MetricSeries" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "metric" TEXT COLLATE "C" NOT NULL,
    "type" TEXT COLLATE "C" NOT NULL,
    "unit" TEXT COLLATE "C" NOT NULL,
    "tagsJson" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "MetricSeries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MetricPoint" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "seriesId" INTEGER NOT NULL,
    "atMs" INTEGER NOT NULL,
    "value" DOUBLE PRECISION,
    "histogram" BYTEA,

    CONSTRAINT "MetricPoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RequestColumn" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "fromMs" INTEGER NOT NULL,
    "toMs" INTEGER NOT NULL,
    "ok" INTEGER NOT NULL,
    "redirected" INTEGER NOT NULL,
    "refused" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "unanswered" INTEGER NOT NULL,
    "unknown" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL,
    "iterations" INTEGER NOT NULL,
    "durations" BYTEA,

    CONSTRAINT "RequestColumn_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PodEvent" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "atMs" INTEGER NOT NULL,
    "serverAtMs" INTEGER,
    "type" TEXT COLLATE "C" NOT NULL,
    "uid" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "revision" TEXT COLLATE "C",
    "phase" TEXT COLLATE "C" NOT NULL,
    "reason" TEXT COLLATE "C",
    "resourceVersion" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "PodEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ClusterReport" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "atMs" INTEGER NOT NULL,
    "serverAtMs" INTEGER,
    "kind" TEXT COLLATE "C" NOT NULL,
    "dataJson" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "ClusterReport_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ConcurrencySample" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "atMs" INTEGER NOT NULL,
    "source" TEXT COLLATE "C" NOT NULL,
    "active" DOUBLE PRECISION,
    "waiting" DOUBLE PRECISION,
    "total" DOUBLE PRECISION NOT NULL,
    "byRevisionJson" TEXT COLLATE "C",
    "instant" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "ConcurrencySample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Decision" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "atMs" INTEGER NOT NULL,
    "valid" BOOLEAN NOT NULL,
    "readyPods" INTEGER NOT NULL,
    "desiredPods" INTEGER NOT NULL,
    "replicas" INTEGER NOT NULL,
    "stableAverage" DOUBLE PRECISION,
    "panicAverage" DOUBLE PRECISION,
    "panicMode" BOOLEAN NOT NULL,
    "boundBy" TEXT COLLATE "C" NOT NULL,
    "reasonJson" TEXT COLLATE "C" NOT NULL,
    "partJson" TEXT COLLATE "C",

    CONSTRAINT "Decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RecordingGap" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "what" TEXT COLLATE "C" NOT NULL,
    "fromMs" INTEGER NOT NULL,
    "toMs" INTEGER,
    "reason" TEXT COLLATE "C" NOT NULL,
    "code" TEXT COLLATE "C",
    "dataJson" TEXT COLLATE "C",

    CONSTRAINT "RecordingGap_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "LogLine" (
    "id" SERIAL NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "atMs" INTEGER NOT NULL,
    "level" TEXT COLLATE "C" NOT NULL,
    "text" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "LogLine_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Baseline" (
    "namespace" TEXT COLLATE "C" NOT NULL,
    "serviceName" TEXT COLLATE "C" NOT NULL,
    "scriptName" TEXT COLLATE "C" NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "setAtMs" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Baseline_pkey" PRIMARY KEY ("namespace","serviceName","scriptName")
);

-- CreateTable
CREATE TABLE "ShareLink" (
    "id" TEXT COLLATE "C" NOT NULL,
    "token" TEXT COLLATE "C" NOT NULL,
    "kind" TEXT COLLATE "C" NOT NULL,
    "title" TEXT COLLATE "C" NOT NULL,
    "viewJson" TEXT COLLATE "C" NOT NULL,
    "passwordHash" TEXT COLLATE "C",
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "createdBy" TEXT COLLATE "C",
    "expiresAtMs" DOUBLE PRECISION,
    "revokedAtMs" DOUBLE PRECISION,
    "opens" INTEGER NOT NULL DEFAULT 0,
    "lastOpenAtMs" DOUBLE PRECISION,

    CONSTRAINT "ShareLink_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ShareLinkRun" (
    "shareId" TEXT COLLATE "C" NOT NULL,
    "runId" TEXT COLLATE "C" NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "ShareLinkRun_pkey" PRIMARY KEY ("shareId","runId")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT COLLATE "C" NOT NULL,
    "valueJson" TEXT COLLATE "C" NOT NULL,
    "updatedAtMs" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "passwordHash" TEXT COLLATE "C" NOT NULL,
    "role" TEXT COLLATE "C" NOT NULL,
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "disabledAtMs" DOUBLE PRECISION,

    CONSTRAINT "User_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Session" (
    "secretHash" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C" NOT NULL,
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "lastSeenMs" DOUBLE PRECISION NOT NULL,
    "expiresAtMs" DOUBLE PRECISION NOT NULL,
    "userAgent" TEXT COLLATE "C",

    CONSTRAINT "Session_pkey" PRIMARY KEY ("secretHash")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "tokenHash" TEXT COLLATE "C" NOT NULL,
    "scope" TEXT COLLATE "C" NOT NULL,
    "userId" TEXT COLLATE "C",
    "createdAtMs" DOUBLE PRECISION NOT NULL,
    "expiresAtMs" DOUBLE PRECISION,
    "lastUsedAtMs" DOUBLE PRECISION,
    "revokedAtMs" DOUBLE PRECISION,

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" SERIAL NOT NULL,
    "atMs" DOUBLE PRECISION NOT NULL,
    "actor" TEXT COLLATE "C" NOT NULL,
    "action" TEXT COLLATE "C" NOT NULL,
    "target" TEXT COLLATE "C" NOT NULL,
    "detailJson" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RunPageRecord" (
    "runId" TEXT COLLATE "C" NOT NULL,
    "version" INTEGER NOT NULL,
    "json" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "RunPageRecord_pkey" PRIMARY KEY ("runId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Service_namespace_name_gatewayUrl_key" ON "Service"("namespace", "name", "gatewayUrl");

-- CreateIndex
CREATE INDEX "Run_createdAtMs_idx" ON "Run"("createdAtMs");

-- CreateIndex
CREATE INDEX "Run_state_idx" ON "Run"("state");

-- CreateIndex
CREATE INDEX "Run_serviceId_board_originMs_idx" ON "Run"("serviceId", "board", "originMs");

-- CreateIndex
CREATE INDEX "Run_serviceName_scriptName_createdAtMs_idx" ON "Run"("serviceName", "scriptName", "createdAtMs");

-- CreateIndex
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "board", "pinned", "createdAtMs", "id");

-- CreateIndex
CREATE INDEX "WebhookDelivery_dueAtMs_idx" ON "WebhookDelivery"("dueAtMs");

-- CreateIndex
CREATE INDEX "WebhookDelivery_serviceId_createdAtMs_idx" ON "WebhookDelivery"("serviceId", "createdAtMs");

-- CreateIndex
CREATE INDEX "RunTag_tag_runId_idx" ON "RunTag"("tag", "runId");

-- CreateIndex
CREATE INDEX "MetricSeries_runId_metric_idx" ON "MetricSeries"("runId", "metric");

-- CreateIndex
CREATE INDEX "MetricPoint_runId_id_idx" ON "MetricPoint"("runId", "id");

-- CreateIndex
CREATE INDEX "MetricPoint_seriesId_atMs_idx" ON "MetricPoint"("seriesId", "atMs");

-- CreateIndex
CREATE INDEX "RequestColumn_runId_id_idx" ON "RequestColumn"("runId", "id");

-- CreateIndex
CREATE INDEX "PodEvent_runId_id_idx" ON "PodEvent"("runId", "id");

-- CreateIndex
CREATE INDEX "ClusterReport_runId_id_idx" ON "ClusterReport"("runId", "id");

-- CreateIndex
CREATE INDEX "ConcurrencySample_runId_id_idx" ON "ConcurrencySample"("runId", "id");

-- CreateIndex
CREATE INDEX "Decision_runId_id_idx" ON "Decision"("runId", "id");

-- CreateIndex
CREATE INDEX "RecordingGap_runId_id_idx" ON "RecordingGap"("runId", "id");

-- CreateIndex
CREATE INDEX "LogLine_runId_id_idx" ON "LogLine"("runId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "ShareLink_token_key" ON "ShareLink"("token");

-- CreateIndex
CREATE INDEX "ShareLinkRun_runId_idx" ON "ShareLinkRun"("runId");

-- CreateIndex
CREATE UNIQUE INDEX "User_name_key" ON "User"("name");

-- CreateIndex
CREATE INDEX "Session_userId_idx" ON "Session"("userId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_tokenHash_key" ON "ApiToken"("tokenHash");

-- CreateIndex
CREATE INDEX "AuditEntry_atMs_idx" ON "AuditEntry"("atMs");

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunArtefact" ADD CONSTRAINT "RunArtefact_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunTag" ADD CONSTRAINT "RunTag_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MetricSeries" ADD CONSTRAINT "MetricSeries_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MetricPoint" ADD CONSTRAINT "MetricPoint_seriesId_fkey" FOREIGN KEY ("seriesId") REFERENCES "MetricSeries"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RequestColumn" ADD CONSTRAINT "RequestColumn_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PodEvent" ADD CONSTRAINT "PodEvent_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ClusterReport" ADD CONSTRAINT "ClusterReport_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConcurrencySample" ADD CONSTRAINT "ConcurrencySample_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Decision" ADD CONSTRAINT "Decision_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RecordingGap" ADD CONSTRAINT "RecordingGap_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "LogLine" ADD CONSTRAINT "LogLine_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Baseline" ADD CONSTRAINT "Baseline_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareLinkRun" ADD CONSTRAINT "ShareLinkRun_shareId_fkey" FOREIGN KEY ("shareId") REFERENCES "ShareLink"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ShareLinkRun" ADD CONSTRAINT "ShareLinkRun_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Session" ADD CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RunPageRecord" ADD CONSTRAINT "RunPageRecord_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A series' tags may be longer than what an index takes: their hash is unique in their place.
CREATE UNIQUE INDEX "MetricSeries_unique" ON "MetricSeries"("runId", "metric", md5("tagsJson"));
