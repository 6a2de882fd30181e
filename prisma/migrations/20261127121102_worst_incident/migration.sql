-- AlterTable
ALTER TABLE "Run" ADD COLUMN "worstIncidentMs" REAL;
