'use client';

import { useMemo, useState } from 'react';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { LiveEvent, SandboxView } from '#server/shared/protocol.ts';
import type { RecordingNotice } from '#server/shared/recording-policy.ts';
import type { ActionResult, Answer } from '#server/shared/views.ts';
import { useLive } from '../live/use-live.ts';
import type { AnswerReply, LearnActions, LearnPageProps } from './learn-props.ts';
import { mergeStep, type ProgressByStep } from './progress-rules.ts';

export type LearnState = {
  progress: ProgressByStep;
  sandbox: SandboxView;
  recording: RecordingNotice | null;
  /** What listens in the sandbox. */
  ports: readonly number[];
  explanations: Readonly<Record<string, string>>;
  checking: ReadonlySet<string>;
  refused: Readonly<Record<string, ErrorCode | null>>;
  sandboxRefused: ErrorCode | null;
  sandboxBusy: boolean;
  connected: boolean;
  checkNow: (stepKey: string) => Promise<void>;
  answer: (stepKey: string, answer: Answer) => Promise<ActionResult<AnswerReply>>;
  changeSandbox: (how: SandboxChange) => Promise<void>;
  atStep: (stepKey: string) => void;
};

export type SandboxChange = 'start' | 'reset' | 'extend' | 'stay' | { restore: string } | { toStep: string };

type Facts = Pick<LearnState, 'progress' | 'sandbox' | 'ports' | 'checking' | 'recording'>;

/** What the page knows: loaded with it, kept true by the live door and by the answers to its own actions. */
export function useLearnState(props: LearnPageProps): LearnState {
  const { enrollmentId, actions } = props;
  const [facts, setFacts] = useState<Facts>(() => firstFacts(props));
  const [explanations, setExplanations] = useState(props.explanations);
  const [refused, setRefused] = useState<Record<string, ErrorCode | null>>({});
  const [sandboxRefused, setSandboxRefused] = useState<ErrorCode | null>(null);
  const [sandboxBusy, setSandboxBusy] = useState(false);
  const watch = useMemo(() => ({ type: 'watch_enrollment' as const, enrollmentId }), [enrollmentId]);
  const live = useLive(watch, (event) => setFacts((now) => applyEvent(now, event)));

  const mark = (stepKey: string, running: boolean) =>
    setFacts((now) => ({ ...now, checking: toggled(now.checking, stepKey, running) }));
  const checkNow = async (stepKey: string) => {
    mark(stepKey, true);
    const reply = await actions.checkNow(stepKey).catch(unreachable);
    mark(stepKey, false);
    setRefused((all) => ({ ...all, [stepKey]: reply.ok ? null : reply.code }));
  };
  const answer = async (stepKey: string, given: Answer) => {
    const reply = await actions.answer({ stepKey, answer: given }).catch(unreachable);
    if (!reply.ok) return reply;
    const { step, explanation } = reply.value;
    if (explanation !== null) setExplanations((all) => ({ ...all, [stepKey]: explanation }));
    setFacts((now) => ({ ...now, progress: mergeStep(now.progress, step) }));
    return reply;
  };
  const changeSandbox = async (how: SandboxChange) => {
    setSandboxBusy(true);
    const reply = await sandboxAction(actions, how).catch(unreachable);
    setSandboxBusy(false);
    setSandboxRefused(reply.ok ? null : reply.code);
    if (reply.ok) setFacts((now) => ({ ...now, sandbox: reply.value }));
  };
  const atStep = (stepKey: string) => live.send({ type: 'at_step', enrollmentId, stepKey });
  const { connected } = live;
  return {
    ...facts,
    explanations,
    refused,
    sandboxRefused,
    sandboxBusy,
    connected,
    checkNow,
    answer,
    changeSandbox,
    atStep,
  };
}

const firstFacts = ({ progress, sandbox, recording }: LearnPageProps): Facts => ({
  progress,
  sandbox,
  recording,
  ports: [],
  checking: new Set(),
});

function applyEvent(facts: Facts, event: LiveEvent): Facts {
  switch (event.type) {
    case 'sandbox':
      return { ...facts, sandbox: event.sandbox };
    case 'ports':
      return { ...facts, ports: event.ports };
    case 'step':
      return { ...facts, progress: mergeStep(facts.progress, event.step) };
    case 'recording':
      return { ...facts, recording: event.recording };
    case 'checking':
      return { ...facts, checking: toggled(facts.checking, event.stepKey, event.running) };
    case 'shells':
    case 'student':
    case 'student_left':
    case 'image':
    case 'system_changed':
    case 'error':
      return facts;
  }
}

function toggled(set: ReadonlySet<string>, key: string, on: boolean): ReadonlySet<string> {
  const next = new Set(set);
  if (on) next.add(key);
  else next.delete(key);
  return next;
}

function sandboxAction(actions: LearnActions, how: SandboxChange) {
  if (typeof how === 'object')
    return 'toStep' in how ? actions.prepareStep(how.toStep) : actions.snapshots.restore(how.restore);
  switch (how) {
    case 'start':
      return actions.startSandbox();
    case 'reset':
      return actions.resetSandbox();
    case 'extend':
      return actions.extendSandbox();
    case 'stay':
      return actions.staySandbox();
  }
}

/** The action itself did not come through: the server restarts or the network is gone. */
const unreachable = () => ({ ok: false as const, code: 'shutting_down' as const });
