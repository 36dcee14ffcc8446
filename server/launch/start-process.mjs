import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;
/** What lay at the keeper's place when it was started. */
const formerSockets = new WeakMap();

/**
 * Starts one of ours in a process group of its own: a terminal's Ctrl-C reaches whoever looks after it, and no one twice.
 * @param {import('./plan-launch.mjs').Command} command
 * @param {'inherit' | 'pipe'} output
 */
export function startProcess({ program, args, cwd, env }, output) {
  return spawn(program, args, { cwd, env, detached: true, stdio: ['ignore', output, output] });
}

/**
 * @param {import('./plan-launch.mjs').KeeperCommand} keeper
 * @param {'inherit' | 'pipe'} output
 */
export function startKeeper(keeper, output) {
  const before = socketNumber(keeper);
  const child = startProcess(keeper, output);
  formerSockets.set(child, before);
  return child;
}

/**
 * Waits until the keeper answers on its sockets; this one comes last. One that an earlier keeper left does not count, nor
 * that of a keeper which serves this home already: the new one then ends and says so.
 * @param {import('node:child_process').ChildProcess} child
 * @param {import('./plan-launch.mjs').KeeperCommand} keeper
 */
export async function keeperReady(child, keeper) {
  for (let now = socketNumber(keeper); now === null || now === formerSockets.get(child); now = socketNumber(keeper)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('The keeper of the engine did not start.');
    await delay(LOOK_MS);
  }
}

/** Tells one socket file from the next: a file number alone is given again at once. */
function socketNumber({ folder }) {
  const found = statSync(path.join(folder, 'keeper.sock'), { throwIfNoEntry: false });
  return found === undefined ? null : `${found.ino} ${found.ctimeMs}`;
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 * @returns {Promise<void>}
 */
export function endProcess(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}
