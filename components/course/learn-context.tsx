'use client';

import { createContext, useContext } from 'react';

export type RunCommand = (command: string) => void;

const RunContext = createContext<RunCommand | null>(null);

/** Gives command blocks the terminal beside them. Without one they can only be copied. */
export const RunProvider = RunContext.Provider;
export const useRun = (): RunCommand | null => useContext(RunContext);
