-- CreateTable
CREATE TABLE "RequestColumn" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "runId" TEXT NOT NULL,
    "fromMs" INTEGER NOT NULL,
    "toMs" INTEGER NOT NULL,
    "ok" INTEGER NOT NULL,
    "redirected" INTEGER NOT NULL,
    "refused" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,
    "unanswered" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL,
    "iterations" INTEGER NOT NULL,
    "durations" BLOB,
    CONSTRAINT "RequestColumn_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "RequestColumn_runId_id_idx" ON "RequestColumn"("runId", "id");
