'use client';

import { Popover } from '@mantine/core';
import { IconWorld } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import classes from './port-menu.module.css';
import { Tool } from './tool.tsx';

type PortsProps = {
  /** Whose sandbox it is. */
  seatId: string;
  /** What listens in it, lowest first. */
  ports: readonly number[];
};

/** A link to the page that asks the permission table and sends on to the preview's own origin. */
const previewHref = (seatId: string, port: number) => `/api/preview?seat=${encodeURIComponent(seatId)}&port=${port}`;

/** The chips that are shown of many; the menu has all. */
const SHOWN_CHIPS = 2;

/** Ports that are open, offered in the terminal's foot. */
export function PortChips({ seatId, ports }: PortsProps) {
  const t = useTranslations('terminal');
  return (
    <span className={classes.chips} role="status">
      {ports.slice(0, SHOWN_CHIPS).map((port) => (
        <span key={port} className={classes.chip}>
          {t('portOpen', { port: String(port) })}
          <PortLink seatId={seatId} port={port} />
        </span>
      ))}
    </span>
  );
}

/** All open ports, and a field for one that nobody noticed. */
export function PortMenu({ seatId, ports }: PortsProps) {
  const t = useTranslations('terminal');
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={280} trapFocus returnFocus>
      <Popover.Target>
        <Tool label={t('ports')} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          <IconWorld size={17} aria-hidden="true" />
        </Tool>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('ports')}>
        <p className={classes.title}>{t('portsTitle')}</p>
        <PortList seatId={seatId} ports={ports} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Each open port with its way in, and the field. */
export function PortList({ seatId, ports }: PortsProps) {
  const t = useTranslations('terminal');
  return (
    <>
      {ports.length === 0 ? <p className={classes.none}>{t('portsNone')}</p> : null}
      <ul className={classes.list}>
        {ports.map((port) => (
          <li key={port}>
            <span>{t('portOpen', { port: String(port) })}</span>
            <PortLink seatId={seatId} port={port} />
          </li>
        ))}
      </ul>
      <PortForm seatId={seatId} />
    </>
  );
}

function PortLink({ seatId, port }: { seatId: string; port: number }) {
  const t = useTranslations('terminal');
  return (
    <a
      className={classes.open}
      href={previewHref(seatId, port)}
      target="_blank"
      rel="noopener noreferrer"
      aria-label={t('openPortNamed', { port: String(port) })}
    >
      {t('openPort')}
    </a>
  );
}

/** Opened by script: a form that is sent may not be led to another origin. */
function PortForm({ seatId }: { seatId: string }) {
  const t = useTranslations('terminal');
  const id = useId();
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        const port = Number(new FormData(event.currentTarget).get('port'));
        window.open(previewHref(seatId, port), '_blank', 'noopener,noreferrer');
      }}
    >
      <label htmlFor={id}>{t('portNumber')}</label>
      <input
        id={id}
        name="port"
        type="number"
        inputMode="numeric"
        min={1}
        max={65_535}
        step={1}
        required
        placeholder={t('portHint')}
      />
      <button type="submit" className={classes.open}>
        {t('openPort')}
      </button>
    </form>
  );
}
