import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 50;

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
  rmSync(socketOf(keeper), { force: true });
  return startProcess(keeper, output);
}

/**
 * Waits until the keeper answers on its sockets; this one comes last.
 * @param {import('node:child_process').ChildProcess} child
 * @param {import('./plan-launch.mjs').KeeperCommand} keeper
 */
export async function keeperReady(child, keeper) {
  while (!existsSync(socketOf(keeper))) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('The keeper of the engine did not start.');
    await delay(LOOK_MS);
  }
}

const socketOf = ({ folder }) => path.join(folder, 'keeper.sock');

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
