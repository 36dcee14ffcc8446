import { recordAudit } from './audit/record-audit.ts';
import type { Clock } from './clock.ts';
import { log } from './log.ts';
import { type Watching, WatchLedger } from './terminals/watching/watch-ledger.ts';
import type { Person, TurnFact } from './terminals/watching/writing-turns.ts';

type Row = { actor: Person | null; action: string; seatId: string; detail: string };

const record = ({ actor, action, seatId, detail }: Row) =>
  recordAudit({ actor, action, targetType: 'enrollment', targetId: seatId, detail });

/** Who watched whose terminal and when. Where the opening cannot be written, nothing is shown. */
export function composeWatching(clock: Clock): WatchLedger {
  const row = ({ watcher, seatId, shell }: Watching, action: string) =>
    record({ actor: watcher, action, seatId, detail: shell });
  return new WatchLedger({
    clock,
    opened: (watching) => row(watching, 'terminal.watch'),
    closed: (watching) => row(watching, 'terminal.watch_closed'),
  });
}

/** Who asked to type in whose terminal, who answered, and how a turn ended; never what was typed. */
export function auditTurn(seatId: string, shell: string, fact: TurnFact): void {
  const why = fact.what === 'ended' ? [fact.why] : [];
  const detail = [shell, fact.watcher.name, ...why].join(', ');
  record({ actor: fact.by, action: `terminal.turn_${fact.what}`, seatId, detail }).catch((error: unknown) =>
    log.error('terminal.turn_not_noted', error),
  );
}
