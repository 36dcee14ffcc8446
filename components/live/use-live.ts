'use client';

import { useCallback, useEffect, useEffectEvent, useRef, useState } from 'react';
import type { LiveEvent, LiveRequest } from '#server/shared/protocol.ts';
import { socketUrl } from './backoff.ts';
import { LiveClient } from './live-client.ts';

export type Live = { connected: boolean; send: (request: LiveRequest) => void };

/**
 * Watches one enrollment, one classroom or the system while the component is drawn.
 * `connected` is true at first: a page just loaded is not told that it is offline.
 */
export function useLive(watch: LiveRequest, onEvent: (event: LiveEvent) => void): Live {
  const [connected, setConnected] = useState(true);
  const client = useRef<LiveClient | null>(null);
  /** What a part of the page said before this effect ran: effects run from the inside out. */
  const early = useRef<LiveRequest[]>([]);
  const take = useEffectEvent(onEvent);
  const watchText = JSON.stringify(watch);
  useEffect(() => {
    const live = new LiveClient({
      url: socketUrl('/ws/live'),
      watch: JSON.parse(watchText),
      onEvent: (event) => take(event),
      onConnected: setConnected,
    });
    client.current = live;
    for (const request of early.current.splice(0)) live.send(request);
    const retry = () => live.retryNow();
    window.addEventListener('online', retry);
    document.addEventListener('visibilitychange', retry);
    return () => {
      window.removeEventListener('online', retry);
      document.removeEventListener('visibilitychange', retry);
      live.dispose();
      client.current = null;
    };
  }, [watchText]);
  const send = useCallback((request: LiveRequest) => {
    if (client.current) client.current.send(request);
    else early.current.push(request);
  }, []);
  return { connected, send };
}
