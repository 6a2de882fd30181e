-- CreateTable
CREATE TABLE "ScriptFile" (
    "sha256" TEXT NOT NULL PRIMARY KEY,
    "content" BLOB NOT NULL,
    "bytes" INTEGER NOT NULL,
    "usedAtMs" REAL NOT NULL
);

-- AlterTable
ALTER TABLE "Run" ADD COLUMN "entryPath" TEXT;
ALTER TABLE "Run" ADD COLUMN "filesJson" TEXT NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "Script" ADD COLUMN "entryPath" TEXT;
ALTER TABLE "Script" ADD COLUMN "filesJson" TEXT NOT NULL DEFAULT '[]';
