-- AlterTable
ALTER TABLE "Run" DROP COLUMN "k6Pid";
ALTER TABLE "Run" ADD COLUMN "loadHandleJson" TEXT;
