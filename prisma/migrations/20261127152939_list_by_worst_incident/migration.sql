-- DropIndex
DROP INDEX "Run_list";

-- AlterTable
ALTER TABLE "Run" ADD COLUMN "verdictKey" TEXT;

-- CreateIndex
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "board", "pinned", "createdAtMs", "id", "state", "serviceName", "scriptName", "name", "notes", "loadStartMs", "loadEndMs", "requests", "requestsPerSecond", "failures", "p95Ms", "p99Ms", "peakReadyPods", "worstLagMs", "verdictKey", "worstIncidentMs");

-- The column was lost when 20261127145423_protocols made the table anew.
UPDATE "Run" SET "verdictKey" = json_extract("verdictShownJson", '$.version') || ' ' || json_extract("verdictShownJson", '$.outcome')
WHERE "verdictShownJson" IS NOT NULL;
