-- AlterTable
ALTER TABLE "RecordingGap" ADD COLUMN "code" TEXT;
ALTER TABLE "RecordingGap" ADD COLUMN "dataJson" TEXT;

-- AlterTable
ALTER TABLE "Run" ADD COLUMN "stateReasonCode" TEXT;
ALTER TABLE "Run" ADD COLUMN "stateReasonDataJson" TEXT;
