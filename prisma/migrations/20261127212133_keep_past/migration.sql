-- AlterTable
ALTER TABLE "Run" ADD COLUMN "pastJson" TEXT;
