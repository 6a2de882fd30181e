-- DropIndex
DROP INDEX "RunTag_tag_idx";

-- CreateIndex
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "pinned", "createdAtMs", "id", "state", "serviceName", "scriptName", "name", "notes", "loadStartMs", "loadEndMs", "requests", "requestsPerSecond", "failures", "p95Ms", "p99Ms", "peakReadyPods", "worstLagMs");

-- CreateIndex
CREATE INDEX "RunTag_tag_runId_idx" ON "RunTag"("tag", "runId");
