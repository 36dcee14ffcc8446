-- AlterTable
ALTER TABLE "Sandbox" ADD COLUMN     "policy" TEXT,
ADD COLUMN     "savedSnapshotId" TEXT;
