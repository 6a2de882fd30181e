-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Run" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "stateReason" TEXT,
    "stateReasonCode" TEXT,
    "stateReasonDataJson" TEXT,
    "serviceId" TEXT,
    "serviceJson" TEXT NOT NULL,
    "serviceName" TEXT NOT NULL,
    "scriptName" TEXT NOT NULL,
    "scriptText" TEXT NOT NULL,
    "envJson" TEXT NOT NULL,
    "plainEnvJson" TEXT NOT NULL DEFAULT '[]',
    "optionsJson" TEXT NOT NULL,
    "k6Version" TEXT,
    "loadHandleJson" TEXT,
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
    "decidedDifference" REAL,
    "worstIncidentMs" REAL,
    "lagPart" TEXT,
    "lagPartMs" REAL,
    "lagMs" REAL,
    "thresholdsMet" BOOLEAN,
    "objectiveJson" TEXT,
    "verdictJson" TEXT,
    "verdictShownJson" TEXT,
    "verdictKey" TEXT,
    "summaryJson" TEXT,
    "autoscalingJson" TEXT,
    "podsSparkJson" TEXT,
    "notes" TEXT NOT NULL DEFAULT '',
    "pinned" BOOLEAN NOT NULL DEFAULT false,
    "deletedAtMs" REAL,
    "board" BOOLEAN NOT NULL DEFAULT false,
    "engine" TEXT NOT NULL DEFAULT 'k6',
    "importedFrom" TEXT,
    "scaletraceVersion" TEXT,
    "clusterVersion" TEXT,
    "thinnedStepMs" INTEGER,
    "protocolsJson" TEXT NOT NULL DEFAULT '["http"]',
    "startedBy" TEXT,
    "uncagedAllowed" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "Run_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE SET NULL ON UPDATE CASCADE
);
INSERT INTO "new_Run" ("autoscalingJson", "board", "clusterVersion", "createdAtMs", "decidedDifference", "deletedAtMs", "endedAtMs", "engine", "envJson", "failures", "id", "importedFrom", "ingestSecretHash", "k6Version", "lagMs", "lagPart", "lagPartMs", "loadEndMs", "loadHandleJson", "loadStartMs", "name", "notes", "objectiveJson", "optionsJson", "originMs", "p50Ms", "p90Ms", "p95Ms", "p99Ms", "peakReadyPods", "pinned", "plainEnvJson", "podsSparkJson", "requests", "requestsPerSecond", "scaletraceVersion", "scriptName", "scriptText", "serviceId", "serviceJson", "serviceName", "startedBy", "state", "stateReason", "stateReasonCode", "stateReasonDataJson", "summaryJson", "thinnedStepMs", "thresholdsMet", "uncagedAllowed", "verdictJson", "verdictKey", "verdictShownJson", "worstIncidentMs", "worstLagMs") SELECT "autoscalingJson", "board", "clusterVersion", "createdAtMs", "decidedDifference", "deletedAtMs", "endedAtMs", "engine", "envJson", "failures", "id", "importedFrom", "ingestSecretHash", "k6Version", "lagMs", "lagPart", "lagPartMs", "loadEndMs", "loadHandleJson", "loadStartMs", "name", "notes", "objectiveJson", "optionsJson", "originMs", "p50Ms", "p90Ms", "p95Ms", "p99Ms", "peakReadyPods", "pinned", "plainEnvJson", "podsSparkJson", "requests", "requestsPerSecond", "scaletraceVersion", "scriptName", "scriptText", "serviceId", "serviceJson", "serviceName", "startedBy", "state", "stateReason", "stateReasonCode", "stateReasonDataJson", "summaryJson", "thinnedStepMs", "thresholdsMet", "uncagedAllowed", "verdictJson", "verdictKey", "verdictShownJson", "worstIncidentMs", "worstLagMs" FROM "Run";
DROP TABLE "Run";
ALTER TABLE "new_Run" RENAME TO "Run";
CREATE INDEX "Run_createdAtMs_idx" ON "Run"("createdAtMs");
CREATE INDEX "Run_state_idx" ON "Run"("state");
CREATE INDEX "Run_serviceId_board_originMs_idx" ON "Run"("serviceId", "board", "originMs");
CREATE INDEX "Run_serviceName_scriptName_createdAtMs_idx" ON "Run"("serviceName", "scriptName", "createdAtMs");
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "board", "pinned", "createdAtMs", "id", "state", "serviceName", "scriptName", "name", "notes", "loadStartMs", "loadEndMs", "requests", "requestsPerSecond", "failures", "p95Ms", "p99Ms", "peakReadyPods", "worstLagMs", "verdictKey");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
