import { z } from 'zod';
import { Keyboard, newWord } from './keyboard.ts';
import { type Desk, type Habit, isOk } from './student.ts';

const HEADER = 'load average';
const RESET_CHANCE = 8;

const savedStates = z.object({
  ok: z.literal(true),
  value: z.object({ snapshots: z.array(z.object({ snapshotId: z.string(), name: z.string(), state: z.string() })) }),
});

/** Types, and now and then begins anew. */
export const typing: Habit = async ({ keyboard, random, act }) => {
  if (random.whole(100) < RESET_CHANCE) await act('resetSandbox');
  else await keyboard.run('ls -l /usr/bin | head -40');
};

/** Runs containers in the sandbox; one of them goes on for good. */
export function running(): Habit {
  let kept = '';
  return async ({ keyboard, sandboxId, lost }) => {
    if (kept === sandboxId) {
      const state = await keyboard.run(`docker inspect --format 'is-{{.State.Running}}' kept`);
      if (!state.includes('is-true')) lost(`the container kept (${state.trim().slice(-200)})`);
    } else {
      const begin = 'docker start kept 2>/dev/null || docker run --detach --name kept alpine sleep 100000';
      if ((await keyboard.run(`{ ${begin}; } && echo made-$((40 + 2))`)).includes('made-42')) kept = sandboxId;
    }
    await keyboard.run('docker run --rm alpine true');
  };
}

/** Keeps states of the sandbox, the newest ones. */
export const saving: Habit = async ({ keyboard, act, acknowledged: { saved } }) => {
  const name = newWord();
  await keyboard.run(`echo ${name} > state; sync`);
  const listed = savedStates.safeParse(await act('saveSnapshot', name));
  if (listed.success) {
    const found = listed.data.value.snapshots.find((one) => one.name === name && one.state === 'ready');
    if (found) saved.set(found.snapshotId, name);
    return;
  }
  const [oldest] = saved.keys();
  if (oldest === undefined || saved.size < 2) return;
  // Whether it was removed is not known any more when the answer does not come.
  saved.delete(oldest);
  await act('removeSnapshot', oldest);
};

type Nested = { sandboxId: string; word: string; isTopOn: boolean };

/** Leaves `top` running in a shell within a shell, and comes back to it. */
export function watching(): Habit {
  let nested: Nested | null = null;
  return async (desk) => {
    const terminal = desk.openTerminal('shell-2');
    try {
      await terminal.attached();
      const keyboard = new Keyboard(terminal, desk.signal);
      if (nested?.sandboxId !== desk.sandboxId) nested = await beginNested(desk, keyboard);
      await lookAtTop(desk, keyboard, nested);
    } finally {
      terminal.socket.terminate();
    }
  };
}

/** An earlier attempt may have come as far as `top`. */
const LEAVE_TOP = 'q\x03';

async function beginNested({ sandboxId }: Desk, keyboard: Keyboard): Promise<Nested> {
  keyboard.type(LEAVE_TOP);
  await keyboard.insist((next) => `echo ${next}-$((40 + 2))`);
  const word = newWord();
  keyboard.type('bash\r');
  await keyboard.run(`nested=${word}`);
  return { sandboxId, word, isTopOn: false };
}

async function lookAtTop({ lost }: Desk, keyboard: Keyboard, nested: Nested): Promise<void> {
  if (nested.isTopOn) await keyboard.printsAgain(HEADER);
  nested.isTopOn = false;
  keyboard.type(LEAVE_TOP);
  // `top` throws away what is typed while it ends.
  const { value } = await keyboard.ask('is', (next) => `echo is-$nested-${next}-$((40 + 2))`);
  if (value !== nested.word) lost(`the shell within a shell: it held ${value}, not ${nested.word},`);
  keyboard.type('top -d 1\r');
  await keyboard.printsAgain(HEADER);
  nested.isTopOn = true;
}

/** The newest saved state can be gone back to, and holds what was in the sandbox. */
export async function restoresNewest({ act, acknowledged, lost }: Desk): Promise<string | null> {
  const [id, name] = [...acknowledged.saved].at(-1) ?? [];
  if (id === undefined || name === undefined) return null;
  if (!isOk(await act('restoreSnapshot', id))) lost(`the way back to ${id}`);
  return name;
}
