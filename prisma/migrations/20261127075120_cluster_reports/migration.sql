-- AlterTable
ALTER TABLE "Run" ADD COLUMN "decidedDifference" REAL;

-- CreateTable
CREATE TABLE "ClusterReport" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "atMs" INTEGER NOT NULL,
    "serverAtMs" INTEGER,
    "kind" TEXT NOT NULL,
    "dataJson" TEXT NOT NULL,
    CONSTRAINT "ClusterReport_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "ClusterReport_runId_id_idx" ON "ClusterReport"("runId", "id");
