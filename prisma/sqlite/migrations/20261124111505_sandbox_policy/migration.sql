-- AlterTable
ALTER TABLE "Sandbox" ADD COLUMN "policy" TEXT;
ALTER TABLE "Sandbox" ADD COLUMN "savedSnapshotId" TEXT;
