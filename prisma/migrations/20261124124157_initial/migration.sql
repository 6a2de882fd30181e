-- CreateTable
CREATE TABLE "Service" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "namespace" TEXT NOT NULL,
    "gatewayUrl" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "podSelector" TEXT NOT NULL,
    "containerConcurrency" INTEGER NOT NULL,
    "annotationsJson" TEXT NOT NULL,
    "gatewayMetricsUrl" TEXT,
    "gatewayCluster" TEXT,
    "origin" TEXT NOT NULL,
    "createdAtMs" REAL NOT NULL,
    "updatedAtMs" REAL NOT NULL
);

-- CreateTable
CREATE TABLE "Script" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "body" TEXT NOT NULL,
    "createdAtMs" REAL NOT NULL,
    "updatedAtMs" REAL NOT NULL
);

-- CreateTable
CREATE TABLE "Run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stateReason" TEXT,
    "serviceId" TEXT,
    "serviceJson" TEXT NOT NULL,
    "serviceName" TEXT NOT NULL,
    "scriptName" TEXT NOT NULL,
    "scriptText" TEXT NOT NULL,
    "envJson" TEXT NOT NULL,
    "optionsJson" TEXT NOT NULL,
    "k6Version" TEXT,
    "k6Pid" INTEGER,
    "ingestSecretHash" TEXT NOT NULL,
    "createdAtMs" REAL NOT NULL,
    "originMs" REAL,
    "loadStartMs" INTEGER,
    "loadEndMs" INTEGER,
    "endedAtMs" REAL,
    "requests" INTEGER,
    "failures" INTEGER,
    "requestsPerSecond" REAL,
    "p50Ms" REAL,
    "p90Ms" REAL,
    "p95Ms" REAL,
    "p99Ms" REAL,
    "peakReadyPods" INTEGER,
    "worstLagMs" REAL,
    "thresholdsMet" BOOLEAN,
    "summaryJson" TEXT,
    "autoscalingJson" TEXT,
    "podsSparkJson" TEXT,
    "notes" TEXT NOT NULL DEFAULT '',
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "Run_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "RunTag" (
    "runId" TEXT NOT NULL,
    "tag" TEXT NOT NULL,

    PRIMARY KEY ("runId", "tag"),
    CONSTRAINT "RunTag_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "MetricSeries" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "tagsJson" TEXT NOT NULL,
    CONSTRAINT "MetricSeries_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "MetricPoint" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "seriesId" INTEGER NOT NULL,
    "atMs" INTEGER NOT NULL,
    "value" REAL,
    "histogram" BLOB,
    CONSTRAINT "MetricPoint_seriesId_fkey" FOREIGN KEY ("seriesId") REFERENCES "MetricSeries" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "PodEvent" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "atMs" INTEGER NOT NULL,
    "serverAtMs" INTEGER,
    "type" TEXT NOT NULL,
    "uid" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "revision" TEXT,
    "phase" TEXT NOT NULL,
    "reason" TEXT,
    "resourceVersion" TEXT NOT NULL,
    CONSTRAINT "PodEvent_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ConcurrencySample" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "atMs" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "active" REAL,
    "waiting" REAL,
    "total" REAL NOT NULL,
    "instant" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "ConcurrencySample_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Decision" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "atMs" INTEGER NOT NULL,
    "valid" BOOLEAN NOT NULL,
    "readyPods" INTEGER NOT NULL,
    "desiredPods" INTEGER NOT NULL,
    "replicas" INTEGER NOT NULL,
    "stableAverage" REAL,
    "panicAverage" REAL,
    "panicMode" BOOLEAN NOT NULL,
    "boundBy" TEXT NOT NULL,
    "reasonJson" TEXT NOT NULL,
    CONSTRAINT "Decision_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "RecordingGap" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "fromMs" INTEGER NOT NULL,
    "toMs" INTEGER,
    "reason" TEXT NOT NULL,
    CONSTRAINT "RecordingGap_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "LogLine" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "atMs" INTEGER NOT NULL,
    "level" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    CONSTRAINT "LogLine_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Service_namespace_name_gatewayUrl_key" ON "Service"("namespace", "name", "gatewayUrl");

-- CreateIndex
CREATE INDEX "Run_createdAtMs_idx" ON "Run"("createdAtMs");

-- CreateIndex
CREATE INDEX "Run_state_idx" ON "Run"("state");

-- CreateIndex
CREATE INDEX "Run_serviceName_scriptName_createdAtMs_idx" ON "Run"("serviceName", "scriptName", "createdAtMs");

-- CreateIndex
CREATE INDEX "RunTag_tag_idx" ON "RunTag"("tag");

-- CreateIndex
CREATE UNIQUE INDEX "MetricSeries_runId_metric_tagsJson_key" ON "MetricSeries"("runId", "metric", "tagsJson");

-- CreateIndex
CREATE INDEX "MetricPoint_runId_id_idx" ON "MetricPoint"("runId", "id");

-- CreateIndex
CREATE INDEX "MetricPoint_seriesId_atMs_idx" ON "MetricPoint"("seriesId", "atMs");

-- CreateIndex
CREATE INDEX "PodEvent_runId_id_idx" ON "PodEvent"("runId", "id");

-- CreateIndex
CREATE INDEX "ConcurrencySample_runId_id_idx" ON "ConcurrencySample"("runId", "id");

-- CreateIndex
CREATE INDEX "Decision_runId_id_idx" ON "Decision"("runId", "id");

-- CreateIndex
CREATE INDEX "RecordingGap_runId_id_idx" ON "RecordingGap"("runId", "id");

-- CreateIndex
CREATE INDEX "LogLine_runId_id_idx" ON "LogLine"("runId", "id");
