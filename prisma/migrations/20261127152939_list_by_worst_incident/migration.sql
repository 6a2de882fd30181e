-- DropIndex
DROP INDEX "Run_list";

-- CreateIndex
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "board", "pinned", "createdAtMs", "id", "state", "serviceName", "scriptName", "name", "notes", "loadStartMs", "loadEndMs", "requests", "requestsPerSecond", "failures", "p95Ms", "p99Ms", "peakReadyPods", "worstLagMs", "verdictKey", "worstIncidentMs");
