-- AlterTable
ALTER TABLE "Service" ADD COLUMN "logLink" TEXT;

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "runId" TEXT NOT NULL PRIMARY KEY,
    "serviceId" TEXT NOT NULL,
    "createdAtMs" REAL NOT NULL,
    "dueAtMs" REAL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "lastTriedAtMs" REAL,
    "deliveredAtMs" REAL,
    "failureJson" TEXT,
    CONSTRAINT "WebhookDelivery_runId_fkey" FOREIGN KEY ("runId") REFERENCES "Run" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "WebhookDelivery_serviceId_fkey" FOREIGN KEY ("serviceId") REFERENCES "Service" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "WebhookDelivery_dueAtMs_idx" ON "WebhookDelivery"("dueAtMs");

-- CreateIndex
CREATE INDEX "WebhookDelivery_serviceId_createdAtMs_idx" ON "WebhookDelivery"("serviceId", "createdAtMs");
