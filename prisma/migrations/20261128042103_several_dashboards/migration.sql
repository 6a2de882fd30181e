-- AlterTable
ALTER TABLE "Run" ADD COLUMN "ownerId" TEXT;

-- CreateTable
CREATE TABLE "Dashboard" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "host" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "peerUrl" TEXT,
    "startedAtMs" REAL NOT NULL,
    "renewedAtMs" REAL NOT NULL,
    "steadySinceMs" REAL NOT NULL
);

-- CreateTable
CREATE TABLE "Duty" (
    "name" TEXT NOT NULL PRIMARY KEY,
    "ownerId" TEXT NOT NULL,
    CONSTRAINT "Duty_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Dashboard" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Duty_ownerId_idx" ON "Duty"("ownerId");
