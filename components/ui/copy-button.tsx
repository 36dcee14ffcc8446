'use client';

import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button.tsx';

type CopyButtonProps = { text: string; label?: string; variant?: 'default' | 'quiet'; size?: 'sm' | 'md' };

/** Copies and says so in place. Where the page may not write the clipboard (plain http), the old way is tried. */
export function CopyButton({ text, label, variant = 'quiet', size = 'sm' }: CopyButtonProps) {
  const t = useTranslations('common');
  const [said, setSaid] = useState<'copied' | 'copyFailed' | null>(null);
  useEffect(() => {
    if (!said) return;
    const timer = setTimeout(() => setSaid(null), 2000);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = () => void copyText(text).then((ok) => setSaid(ok ? 'copied' : 'copyFailed'));
  return (
    <Button variant={variant} size={size} onClick={copy}>
      <span aria-live="polite">{said ? t(said) : (label ?? t('copy'))}</span>
    </Button>
  );
}

export async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => copyBySelection(text),
    );
  }
  return copyBySelection(text);
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  const before = document.activeElement;
  document.body.append(area);
  area.select();
  // Deprecated, and the only way on pages served without TLS.
  const done = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
