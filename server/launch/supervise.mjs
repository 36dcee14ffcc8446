import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcess, keeperReady, startKeeper, startProcess } from './start-process.mjs';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** npm passes on what the terminal has sent to all of us: one wish that comes twice. */
const SAME_WISH_MS = 1_000;
/** A process that lived so long starts anew without delay; a first one that did not is a start that failed. */
const SETTLED_MS = 10_000;

/**
 * Keeps the keeper and the web process running, each for itself, until told to stop: then the web process ends first.
 * Holds no socket and reads nothing of either.
 * @param {import('./plan-launch.mjs').Launch} launch
 * @param {(text: string) => void} say
 * @returns {Promise<number>} the web process's exit code
 */
export async function supervise({ keeper, web }, say) {
  const kept = [];
  let isStopping = false;
  const stop = async (signal) => {
    isStopping = true;
    for (const one of kept.toReversed()) await one.stop(signal);
  };
  let wishedAt = null;
  const wish = () => {
    // A second one means now.
    const isSecond = wishedAt !== null && performance.now() - wishedAt > SAME_WISH_MS;
    if (wishedAt !== null && !isSecond) return;
    wishedAt = performance.now();
    void stop(isSecond ? 'SIGKILL' : 'SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, wish);
  if (keeper) {
    say('Starting the keeper of the container engine');
    const child = startKeeper(keeper, 'inherit');
    kept.push({ stop: (signal) => endProcess(child, signal) });
    await keeperReady(child, keeper);
    kept[0] = keepAlive({ name: 'keeper', child, start: () => startProcess(keeper, 'inherit'), say });
  }
  let code = 1;
  if (!isStopping) {
    say('Starting the server');
    const start = () => startProcess(web, 'inherit');
    const server = keepAlive({ name: 'web', child: start(), start, say, mayFail: true });
    kept.push(server);
    code = await server.over;
  }
  await stop('SIGTERM');
  if (keeper) rmSync(keeper.folder, { recursive: true, force: true });
  return code;
}

/** Starts a process again whenever it ends, until stopped; with `mayFail`, not when its very first start failed. */
function keepAlive({ name, child, start, say, mayFail = false }) {
  let running = child;
  const stopping = new AbortController();
  const isStopping = () => stopping.signal.aborted;
  const live = async () => {
    let waitMs = FIRST_WAIT_MS;
    for (let isFirst = true; ; isFirst = false) {
      const began = Date.now();
      const { code, signal } = await ended(running);
      const isSettled = Date.now() - began >= SETTLED_MS;
      if (isStopping() || (isFirst && mayFail && !isSettled)) return code ?? 1;
      waitMs = isSettled ? FIRST_WAIT_MS : Math.min(2 * waitMs, LONGEST_WAIT_MS);
      say(`The ${name} process ended (${signal ?? `code ${code}`}); it is started again in ${waitMs / 1000} s`);
      await delay(waitMs, undefined, stopping).catch(() => undefined);
      if (isStopping()) return code ?? 1;
      running = start();
    }
  };
  return {
    over: live(),
    stop(signal) {
      stopping.abort();
      return endProcess(running, signal);
    },
  };
}

function ended(child) {
  const { exitCode, signalCode } = child;
  if (exitCode !== null || signalCode !== null) return Promise.resolve({ code: exitCode, signal: signalCode });
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}
