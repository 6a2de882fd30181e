-- AlterTable
ALTER TABLE "Service" ADD COLUMN "kubeContext" TEXT;
ALTER TABLE "Service" ADD COLUMN "concurrencyFrom" TEXT NOT NULL DEFAULT 'knative';
