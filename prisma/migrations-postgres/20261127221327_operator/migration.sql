-- AlterTable
ALTER TABLE "Run" ADD COLUMN     "operatorJson" TEXT COLLATE "C";
