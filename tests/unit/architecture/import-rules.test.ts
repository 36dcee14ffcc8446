import { expect, test } from 'vitest';
import { checkFile } from '../../support/import-rules.ts';

const reasons = (file: string, source: string) => checkFile(file, source).map((violation) => violation.reason);

test.each([
  ['server/shared/protocol.ts', "import fs from 'node:fs';"],
  ['server/shared/views.ts', "import { useState } from 'react';"],
  ['components/ui/button.tsx', "import { db } from '#server/db.ts';"],
  ['components/ui/button.tsx', "import fs from 'node:fs';"],
  ['components/ui/button.tsx', "import { log } from '#server/log.ts';"],
  ['components/course/step.tsx', "import { Terminal } from '@xterm/xterm';"],
  ['app/teach/page.tsx', "import { db } from '#server/db.ts';"],
  ['app/teach/page.tsx', "import { createDockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';"],
  ['app/teach/page.tsx', "import { TerminalSession } from '#server/terminals/terminal-session.ts';"],
  ['server/progress/record.ts', "import { WebSocket } from 'ws';"],
  ['server/progress/record.ts', "import { db } from '#server/db.ts';"],
  ['server/progress/record.ts', "import { x } from '#server/classrooms/create-classroom.ts';"],
  ['server/sandboxes/drivers/docker/docker-driver.ts', "import { x } from '../bubblewrap/arguments.ts';"],
  ['server/sandboxes/manager.ts', "import { x } from '#server/progress/record.ts';"],
  ['server/terminals/door.ts', "import { x } from '#server/sandboxes/drivers/fake/fake-driver.ts';"],
  ['server/terminals/door.ts', "import { Sandbox } from '#server/sandboxes/driver.ts';"],
  ['server/checks/runner.ts', "const x = await import('ws');"],
  ['server/runtime.ts', "import { createManager } from '#server/sandboxes/manager.ts';"],
  ['server/live/hub.ts', "export { db } from '#server/db.ts';"],
])('%s is refused: %s', (file, source) => {
  expect(reasons(file, source)).toHaveLength(1);
});

test.each([
  ['server/terminals/door.ts', "import type { Shell } from '#server/sandboxes/driver.ts';"],
  ['server/runtime.ts', "import type { SandboxManager } from './sandboxes/manager.ts';"],
  ['server/progress/progress-store.ts', "import { db } from '#server/db.ts';"],
  ['server/classrooms/grid.ts', "import { x } from '#server/progress/view.ts';"],
  ['components/terminal/view.tsx', "import { Terminal } from '@xterm/xterm';"],
  ['app/page.tsx', "import { x } from '#server/classrooms/list-classrooms.ts';"],
])('%s is allowed: %s', (file, source) => {
  expect(reasons(file, source)).toEqual([]);
});
