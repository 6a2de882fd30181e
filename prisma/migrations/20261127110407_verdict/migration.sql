-- AlterTable
ALTER TABLE "Run" ADD COLUMN "objectiveJson" TEXT;
ALTER TABLE "Run" ADD COLUMN "verdictJson" TEXT;
ALTER TABLE "Run" ADD COLUMN "verdictShownJson" TEXT;

-- AlterTable
ALTER TABLE "Service" ADD COLUMN "objectiveJson" TEXT;
ALTER TABLE "Service" ADD COLUMN "pricePerPodHour" REAL;
