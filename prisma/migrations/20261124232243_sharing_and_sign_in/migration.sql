-- CreateTable
CREATE TABLE "Baseline" (
    "namespace" TEXT NOT NULL,
    "serviceName" TEXT NOT NULL,
    "scriptName" TEXT NOT NULL,
    "runId" TEXT NOT NULL,
    "setAtMs" REAL NOT NULL,

    PRIMARY KEY ("namespace", "serviceName", "scriptName"),
    CONSTRAINT "Baseline_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ShareLink" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "token" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "viewJson" TEXT NOT NULL,
    "passwordHash" TEXT,
    "createdAtMs" REAL NOT NULL,
    "createdBy" TEXT,
    "expiresAtMs" REAL,
    "revokedAtMs" REAL,
    "opens" INTEGER NOT NULL DEFAULT 0,
    "lastOpenAtMs" REAL
);

-- CreateTable
CREATE TABLE "ShareLinkRun" (
    "shareId" TEXT NOT NULL,
    "runId" TEXT NOT NULL,
    "position" INTEGER NOT NULL,

    PRIMARY KEY ("shareId", "runId"),
    CONSTRAINT "ShareLinkRun_shareId_fkey" FOREIGN KEY ("shareId") REFERENCES "ShareLink" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "ShareLinkRun_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "valueJson" TEXT NOT NULL,
    "updatedAtMs" REAL NOT NULL
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "createdAtMs" REAL NOT NULL,
    "disabledAtMs" REAL
);

-- CreateTable
CREATE TABLE "Session" (
    "secretHash" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "createdAtMs" REAL NOT NULL,
    "lastSeenMs" REAL NOT NULL,
    "expiresAtMs" REAL NOT NULL,
    "userAgent" TEXT,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "tokenHash" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "userId" TEXT,
    "createdAtMs" REAL NOT NULL,
    "expiresAtMs" REAL,
    "lastUsedAtMs" REAL,
    "revokedAtMs" REAL,
    CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "AuditEntry" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "atMs" REAL NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "detailJson" TEXT NOT NULL
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Run" (
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
    "deletedAtMs" REAL,
    "engine" TEXT NOT NULL DEFAULT 'k6',
    "importedFrom" TEXT,
    "scaletraceVersion" TEXT,
    "clusterVersion" TEXT,
    "thinnedStepMs" INTEGER,
    "startedBy" TEXT,
    CONSTRAINT "Run_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_Run" ("autoscalingJson", "createdAtMs", "endedAtMs", "envJson", "failures", "id", "ingestSecretHash", "k6Pid", "k6Version", "loadEndMs", "loadStartMs", "name", "notes", "optionsJson", "originMs", "p50Ms", "p90Ms", "p95Ms", "p99Ms", "peakReadyPods", "pinned", "podsSparkJson", "requests", "requestsPerSecond", "scriptName", "scriptText", "serviceId", "serviceJson", "serviceName", "state", "stateReason", "summaryJson", "thresholdsMet", "worstLagMs") SELECT "autoscalingJson", "createdAtMs", "endedAtMs", "envJson", "failures", "id", "ingestSecretHash", "k6Pid", "k6Version", "loadEndMs", "loadStartMs", "name", "notes", "optionsJson", "originMs", "p50Ms", "p90Ms", "p95Ms", "p99Ms", "peakReadyPods", "pinned", "podsSparkJson", "requests", "requestsPerSecond", "scriptName", "scriptText", "serviceId", "serviceJson", "serviceName", "state", "stateReason", "summaryJson", "thresholdsMet", "worstLagMs" FROM "Run";
DROP TABLE "Run";
ALTER TABLE "new_Run" RENAME TO "Run";
CREATE INDEX "Run_createdAtMs_idx" ON "Run"("createdAtMs");
CREATE INDEX "Run_state_idx" ON "Run"("state");
CREATE INDEX "Run_serviceName_scriptName_createdAtMs_idx" ON "Run"("serviceName", "scriptName", "createdAtMs");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

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
