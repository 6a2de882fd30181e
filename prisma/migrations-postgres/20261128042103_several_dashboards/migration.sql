-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "ownerId" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "Dashboard" (
    "id" TEXT COLLATE "C" NOT NULL,
    "host" TEXT COLLATE "C" NOT NULL,
    "address" TEXT COLLATE "C" NOT NULL,
    "peerUrl" TEXT COLLATE "C",
    "startedAtMs" DOUBLE PRECISION NOT NULL,
    "renewedAtMs" DOUBLE PRECISION NOT NULL,
    "steadySinceMs" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "Dashboard_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Duty" (
    "name" TEXT COLLATE "C" NOT NULL,
    "ownerId" TEXT COLLATE "C" NOT NULL,

    CONSTRAINT "Duty_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "Duty_ownerId_idx" ON "Duty"("ownerId");

-- AddForeignKey
ALTER TABLE "Duty" ADD CONSTRAINT "Duty_ownerId_fkey" FOREIGN KEY ("ownerId") REFERENCES "Dashboard"("id") ON DELETE CASCADE ON UPDATE CASCADE;
