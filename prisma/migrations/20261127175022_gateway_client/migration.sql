-- AlterTable
ALTER TABLE "Service" ADD COLUMN "gatewayClientJson" TEXT;
