-- AlterTable
ALTER TABLE "Classroom" ADD COLUMN "recordingDays" INTEGER;

-- AlterTable
ALTER TABLE "Enrollment" ADD COLUMN "recordingToldDays" INTEGER;

-- CreateTable
CREATE TABLE "Recording" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "enrollmentId" TEXT NOT NULL,
    "shell" TEXT NOT NULL,
    "startedAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    "keepDays" INTEGER NOT NULL,
    "steps" TEXT NOT NULL,
    "sizeBytes" INTEGER NOT NULL,
    "isCut" BOOLEAN NOT NULL,
    CONSTRAINT "Recording_enrollmentId_fkey" FOREIGN KEY ("enrollmentId") REFERENCES "Enrollment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Recording_enrollmentId_startedAt_idx" ON "Recording"("enrollmentId", "startedAt");
