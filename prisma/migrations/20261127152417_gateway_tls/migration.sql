-- AlterTable
ALTER TABLE "Service" ADD COLUMN "gatewayCa" TEXT;
ALTER TABLE "Service" ADD COLUMN "gatewayUnverified" BOOLEAN NOT NULL DEFAULT false;
