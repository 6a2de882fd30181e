-- AlterTable
ALTER TABLE "Run" ADD COLUMN "uncagedAllowed" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "RunArtefact" (
    "runId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "content" BLOB,

    PRIMARY KEY ("runId", "name"),
    CONSTRAINT "RunArtefact_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
