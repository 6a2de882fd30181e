-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "stopAsked" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "RateLimit" (
    "key" TEXT COLLATE "C" NOT NULL,
    "points" INTEGER NOT NULL,
    "expire" DOUBLE PRECISION,

    CONSTRAINT "RateLimit_pkey" PRIMARY KEY ("key")
);
