-- AlterTable
ALTER TABLE "Run" ADD COLUMN "stopAsked" TEXT;

-- CreateTable
CREATE TABLE "RateLimit" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "points" INTEGER NOT NULL,
    "expire" REAL
);
