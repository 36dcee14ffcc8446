-- AlterTable
ALTER TABLE "Enrollment" ADD COLUMN     "terminals" TEXT;
