-- AlterTable
ALTER TABLE "Sandbox" ADD COLUMN     "replay" TEXT;
