'use client';

import { createContext, useContext } from 'react';

/** `inside`: meant for a program that already runs in the shell, such as a container's own shell. */
export type RunOptions = { inside: boolean };
export type RunCommand = (command: string, options: RunOptions) => void;

const RunContext = createContext<RunCommand | null>(null);

/** Gives command blocks the terminal beside them. Without one they can only be copied. */
export const RunProvider = RunContext.Provider;
export const useRun = (): RunCommand | null => useContext(RunContext);
