-- CreateTable
CREATE TABLE "RunPageRecord" (
    "runId" TEXT NOT NULL PRIMARY KEY,
    "version" INTEGER NOT NULL,
    "json" TEXT NOT NULL,
    CONSTRAINT "RunPageRecord_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
