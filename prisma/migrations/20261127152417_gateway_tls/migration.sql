-- DropIndex
DROP INDEX "Run_list";

-- AlterTable
ALTER TABLE "Run" ADD COLUMN "verdictKey" TEXT;

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Service" (
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
    "gatewayCa" TEXT,
    "gatewayUnverified" BOOLEAN NOT NULL DEFAULT false,
    "kubeContext" TEXT,
    "concurrencyFrom" TEXT NOT NULL DEFAULT 'knative',
    "objectiveJson" TEXT,
    "pricePerPodHour" REAL,
    "origin" TEXT NOT NULL,
    "watchedSinceMs" REAL,
    "createdAtMs" REAL NOT NULL,
    "updatedAtMs" REAL NOT NULL
);
INSERT INTO "new_Service" ("annotationsJson", "concurrencyFrom", "containerConcurrency", "createdAtMs", "gatewayCluster", "gatewayMetricsUrl", "gatewayUrl", "host", "id", "kubeContext", "name", "namespace", "objectiveJson", "origin", "podSelector", "pricePerPodHour", "updatedAtMs", "watchedSinceMs") SELECT "annotationsJson", "concurrencyFrom", "containerConcurrency", "createdAtMs", "gatewayCluster", "gatewayMetricsUrl", "gatewayUrl", "host", "id", "kubeContext", "name", "namespace", "objectiveJson", "origin", "podSelector", "pricePerPodHour", "updatedAtMs", "watchedSinceMs" FROM "Service";
DROP TABLE "Service";
ALTER TABLE "new_Service" RENAME TO "Service";
CREATE UNIQUE INDEX "Service_namespace_name_gatewayUrl_key" ON "Service"("namespace", "name", "gatewayUrl");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "Run_list" ON "Run"("deletedAtMs", "board", "pinned", "createdAtMs", "id", "state", "serviceName", "scriptName", "name", "notes", "loadStartMs", "loadEndMs", "requests", "requestsPerSecond", "failures", "p95Ms", "p99Ms", "peakReadyPods", "worstLagMs", "verdictKey");
