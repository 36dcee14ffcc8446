'use client';

import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useLive } from '#components/live/use-live.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';
import type { ActionResult, SystemView } from '#server/shared/views.ts';
import { applyImageEvent } from './image-event.ts';

/** Figures that no event tells (CPU, memory, disk) are asked for this often while the page is seen. */
const LOOK_EVERY_MS = 10_000;
/** Many changes at once are one look. */
const GATHER_MS = 400;

export type ReadSystem = () => Promise<ActionResult<SystemView>>;
export type System = { view: SystemView; connected: boolean; lookedAt: string; look: () => void };

/** The server as the admin sees it: images change by live events, the rest is read again when something changed. */
export function useSystem(first: SystemView, now: string, read: ReadSystem): System {
  const [view, setView] = useState(first);
  const [lookedAt, setLookedAt] = useState(now);
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const look = useEffectEvent(async () => {
    const result = await read().catch(() => null);
    if (!result?.ok) return;
    setView(result.value);
    setLookedAt(new Date().toISOString());
  });
  const lookSoon = () => {
    clearTimeout(pending.current);
    pending.current = setTimeout(() => void look(), GATHER_MS);
  };
  const take = (event: LiveEvent) => {
    if (event.type === 'system_changed') lookSoon();
    if (event.type === 'image')
      setView((before) => ({ ...before, images: [...applyImageEvent(before.images, event)] }));
  };
  const { connected } = useLive(
    useMemo(() => ({ type: 'watch_system' as const }), []),
    take,
  );
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      clearTimeout(pending.current);
    };
  }, []);
  return { view, connected, lookedAt, look: lookSoon };
}
