-- AlterTable
ALTER TABLE "Classroom" ADD COLUMN     "limits" TEXT;

-- AlterTable
ALTER TABLE "Sandbox" ADD COLUMN     "ownerId" TEXT,
ADD COLUMN     "poolKey" TEXT,
ADD COLUMN     "purpose" TEXT NOT NULL DEFAULT 'seat',
ALTER COLUMN "enrollmentId" DROP NOT NULL;

-- CreateTable
CREATE TABLE "Lesson" (
    "id" TEXT NOT NULL,
    "classroomId" TEXT NOT NULL,
    "startsAt" TIMESTAMP(3) NOT NULL,
    "endsAt" TIMESTAMP(3) NOT NULL,
    "seats" INTEGER NOT NULL,

    CONSTRAINT "Lesson_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Snapshot" (
    "id" TEXT NOT NULL,
    "enrollmentId" TEXT NOT NULL,
    "courseId" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "ref" TEXT,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "stepKey" TEXT,
    "state" TEXT NOT NULL,
    "whole" BOOLEAN NOT NULL,
    "sizeKiB" INTEGER,
    "createdAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Snapshot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "Setting_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "Lesson_endsAt_idx" ON "Lesson"("endsAt");

-- CreateIndex
CREATE INDEX "Lesson_classroomId_idx" ON "Lesson"("classroomId");

-- CreateIndex
CREATE INDEX "Snapshot_enrollmentId_createdAt_idx" ON "Snapshot"("enrollmentId", "createdAt");

-- CreateIndex
CREATE INDEX "Snapshot_state_idx" ON "Snapshot"("state");

-- AddForeignKey
ALTER TABLE "Lesson" ADD CONSTRAINT "Lesson_classroomId_fkey" FOREIGN KEY ("classroomId") REFERENCES "Classroom"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Snapshot" ADD CONSTRAINT "Snapshot_enrollmentId_fkey" FOREIGN KEY ("enrollmentId") REFERENCES "Enrollment"("id") ON DELETE CASCADE ON UPDATE CASCADE;
