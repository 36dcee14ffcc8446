-- AlterTable
ALTER TABLE "Classroom" ADD COLUMN     "recordingDays" INTEGER;

-- AlterTable
ALTER TABLE "Enrollment" ADD COLUMN     "recordingToldDays" INTEGER;

-- CreateTable
CREATE TABLE "Recording" (
    "id" TEXT NOT NULL,
    "enrollmentId" TEXT NOT NULL,
    "shell" TEXT NOT NULL,
    "startedAt" TIMESTAMP(3) NOT NULL,
    "endedAt" TIMESTAMP(3),
    "keepDays" INTEGER NOT NULL,
    "steps" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "isCut" BOOLEAN NOT NULL,

    CONSTRAINT "Recording_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Recording_enrollmentId_startedAt_idx" ON "Recording"("enrollmentId", "startedAt");

-- AddForeignKey
ALTER TABLE "Recording" ADD CONSTRAINT "Recording_enrollmentId_fkey" FOREIGN KEY ("enrollmentId") REFERENCES "Enrollment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
