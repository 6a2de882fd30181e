-- AlterTable
ALTER TABLE "Run" ADD COLUMN "thresholdsNowJson" TEXT;
