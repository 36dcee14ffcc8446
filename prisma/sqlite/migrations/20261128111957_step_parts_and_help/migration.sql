-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_StepProgress" (
    "enrollmentId" TEXT NOT NULL,
    "stepKey" TEXT NOT NULL,
    "contentVersion" TEXT NOT NULL,
    "tries" INTEGER NOT NULL,
    "firstTryAt" DATETIME NOT NULL,
    "passedAt" DATETIME,
    "lastOutcome" TEXT NOT NULL,
    "lastMessage" TEXT NOT NULL,
    "lastSeen" TEXT NOT NULL,
    "lastWanted" TEXT NOT NULL,
    "lastCheckedAt" DATETIME,
    "lastParts" TEXT NOT NULL DEFAULT '',
    "share" INTEGER NOT NULL DEFAULT 0,
    "lastHint" TEXT NOT NULL DEFAULT '',
    "sameFailures" INTEGER NOT NULL DEFAULT 0,
    "hintsShown" INTEGER NOT NULL DEFAULT 0,
    "solutionShownAt" DATETIME,
    "solutionRunAt" DATETIME,

    PRIMARY KEY ("enrollmentId", "stepKey"),
    CONSTRAINT "StepProgress_enrollmentId_fkey" FOREIGN KEY ("enrollmentId") REFERENCES "Enrollment" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_StepProgress" ("contentVersion", "enrollmentId", "firstTryAt", "lastCheckedAt", "lastMessage", "lastOutcome", "lastSeen", "lastWanted", "passedAt", "stepKey", "tries") SELECT "contentVersion", "enrollmentId", "firstTryAt", "lastCheckedAt", "lastMessage", "lastOutcome", "lastSeen", "lastWanted", "passedAt", "stepKey", "tries" FROM "StepProgress";
DROP TABLE "StepProgress";
ALTER TABLE "new_StepProgress" RENAME TO "StepProgress";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
