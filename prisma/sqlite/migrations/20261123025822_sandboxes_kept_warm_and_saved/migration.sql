-- AlterTable
ALTER TABLE "Classroom" ADD COLUMN "limits" TEXT;

-- CreateTable
CREATE TABLE "Lesson" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "classroomId" TEXT NOT NULL,
    "startsAt" DATETIME NOT NULL,
    "endsAt" DATETIME NOT NULL,
    "seats" INTEGER NOT NULL,
    CONSTRAINT "Lesson_classroomId_fkey" FOREIGN KEY ("classroomId") REFERENCES "Classroom" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Snapshot" (
    "id" TEXT NOT NULL PRIMARY KEY,
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
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "Snapshot_enrollmentId_fkey" FOREIGN KEY ("enrollmentId") REFERENCES "Enrollment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Setting" (
    "key" TEXT NOT NULL PRIMARY KEY,
    "value" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL
);

-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Sandbox" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "purpose" TEXT NOT NULL DEFAULT 'seat',
    "enrollmentId" TEXT,
    "ownerId" TEXT,
    "courseId" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "ref" TEXT,
    "poolKey" TEXT,
    "phase" TEXT NOT NULL,
    "ending" TEXT,
    "createdAt" DATETIME NOT NULL,
    "readyAt" DATETIME,
    "lastActiveAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    "endedAt" DATETIME,
    CONSTRAINT "Sandbox_enrollmentId_fkey" FOREIGN KEY ("enrollmentId") REFERENCES "Enrollment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Sandbox" ("courseId", "createdAt", "driver", "endedAt", "ending", "enrollmentId", "expiresAt", "id", "lastActiveAt", "phase", "readyAt", "ref") SELECT "courseId", "createdAt", "driver", "endedAt", "ending", "enrollmentId", "expiresAt", "id", "lastActiveAt", "phase", "readyAt", "ref" FROM "Sandbox";
DROP TABLE "Sandbox";
ALTER TABLE "new_Sandbox" RENAME TO "Sandbox";
CREATE INDEX "Sandbox_enrollmentId_phase_idx" ON "Sandbox"("enrollmentId", "phase");
CREATE INDEX "Sandbox_phase_idx" ON "Sandbox"("phase");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;

-- CreateIndex
CREATE INDEX "Lesson_endsAt_idx" ON "Lesson"("endsAt");

-- CreateIndex
CREATE INDEX "Lesson_classroomId_idx" ON "Lesson"("classroomId");

-- CreateIndex
CREATE INDEX "Snapshot_enrollmentId_createdAt_idx" ON "Snapshot"("enrollmentId", "createdAt");

-- CreateIndex
CREATE INDEX "Snapshot_state_idx" ON "Snapshot"("state");
