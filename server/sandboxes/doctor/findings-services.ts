import type { DoctorFinding } from '#server/shared/views.ts';
import { found, ok } from './finding.ts';
import type { EngineFacts, MirrorFacts, NetworkFacts } from './host-facts.ts';

export function engineFindings({ program, state }: EngineFacts): DoctorFinding[] {
  const installed =
    program === null
      ? found('bad', 'engine.not_installed', { remedy: 'apt-get install -y --no-install-recommends docker.io' })
      : ok('engine.installed', { version: program });
  return [installed, ...(program === null ? [] : [engineState(state)])];
}

function engineState(state: EngineFacts['state']): DoctorFinding {
  switch (state) {
    case 'running':
      return ok('engine.running');
    case 'silent':
      return found('bad', 'engine.silent', { remedy: 'npm run engine -- stop && npm start' });
    case 'stopped':
      return found('note', 'engine.stopped', { remedy: 'npm start' });
    case 'unseen':
      return found('note', 'engine.unseen', { remedy: 'sudo npm run doctor' });
  }
}

export function networkFindings({ firewall, rules, isForwarding, port }: NetworkFacts): DoctorFinding[] {
  const ports = { port: port.number };
  return [
    firewall === null
      ? found('bad', 'network.no_firewall', { remedy: 'apt-get install -y --no-install-recommends iptables' })
      : ok('network.firewall', { version: firewall }),
    ...(rules === 'there' ? [ok('network.rules')] : []),
    ...(rules === 'missing' ? [found('bad', 'network.rules_missing', { remedy: 'npm run engine -- up' })] : []),
    isForwarding ? ok('network.forwarding') : found('note', 'network.no_forwarding'),
    port.state === 'taken'
      ? found('bad', 'network.port_taken', { values: ports, remedy: `ss -ltnp 'sport = :${port.number}'` })
      : ok(port.state === 'ours' ? 'network.port_ours' : 'network.port_free', ports),
  ];
}

export function mirrorFindings({ host, state, images, standIns, upstream }: MirrorFacts): DoctorFinding[] {
  const counts = { host, images, standIns };
  const upstreamFinding = () => {
    if (upstream === null) return found('note', 'mirror.closed_room');
    const values = { upstream: upstream.url };
    if (upstream.answers) return ok('mirror.upstream', values);
    return found('warn', 'mirror.upstream_away', { values, remedy: `curl -sSI ${upstream.url}/v2/` });
  };
  if (state === 'unseen')
    return [found('note', 'mirror.unseen', { values: counts, remedy: 'sudo npm run doctor' }), upstreamFinding()];
  if (state === 'stopped')
    return [found('note', 'mirror.stopped', { values: counts, remedy: 'npm start' }), upstreamFinding()];
  const seeded =
    images === 0
      ? found('warn', 'mirror.empty', { values: counts, remedy: 'npm run mirror:seed' })
      : ok('mirror.running', counts);
  return [seeded, upstreamFinding()];
}
