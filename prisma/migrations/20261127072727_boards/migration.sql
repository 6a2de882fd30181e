-- AlterTable
ALTER TABLE "Service" ADD COLUMN "watchedSinceMs" REAL;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN "board" BOOLEAN NOT NULL DEFAULT false;

-- DropIndex
DROP INDEX "Run_list";

-- CreateIndex
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "board", "pinned", "createdAtMs", "id", "state", "serviceName", "scriptName", "name", "notes", "loadStartMs", "loadEndMs", "requests", "requestsPerSecond", "failures", "p95Ms", "p99Ms", "peakReadyPods", "worstLagMs");

-- CreateIndex
CREATE INDEX "Run_serviceId_board_originMs_idx" ON "Run"("serviceId", "board", "originMs");
