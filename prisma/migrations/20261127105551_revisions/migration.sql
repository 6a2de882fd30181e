-- AlterTable
ALTER TABLE "ConcurrencySample" ADD COLUMN "byRevisionJson" TEXT;

-- AlterTable
ALTER TABLE "Decision" ADD COLUMN "partJson" TEXT;
