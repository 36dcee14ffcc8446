-- AlterTable
ALTER TABLE "Enrollment" ADD COLUMN     "seed" TEXT;
