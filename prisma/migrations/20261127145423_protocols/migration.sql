-- AlterTable
ALTER TABLE "Run" ADD COLUMN "protocolsJson" TEXT NOT NULL DEFAULT '["http"]';
