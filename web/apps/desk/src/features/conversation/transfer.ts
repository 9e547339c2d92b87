/** Where a conversation can go. Pure. */
import type { PresenceRow } from '@yingke/api';
import type { LineNow } from '../routing';

export interface Target {
  key: string;
  kind: 'person' | 'line' | 'queue';
  group: 'people' | 'supervisors' | 'lines' | 'queue';
  /** The person's id, the line's name; empty for the queue. */
  id: string;
  name: string;
  state: string;
  load: number;
  capacity: number;
  /** Of a line: how it stands now. */
  now?: LineNow | undefined;
  /** Whether it can be chosen now: a person must be at the desk. */
  may: boolean;
}

const ORDER = ['online', 'suspended', 'away', 'offline'];

/**
 * Colleagues, then supervisors (authority rises, R-DESK-03), then lines of work, then the queue. Whoever is free stands first;
 * who works here but is away is shown and cannot be chosen.
 */
export function goals(
  people: Iterable<PresenceRow>,
  me: string,
  holder: string | null,
  known: readonly LineNow[] = [],
  nameOf: (line: string) => string = (line) => line,
): Target[] {
  const all = [...people];
  const others = all
    .filter((p) => p.person !== me && p.person !== holder)
    .sort(
      (a, b) =>
        ORDER.indexOf(a.state) - ORDER.indexOf(b.state) ||
        a.load - b.load ||
        (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    );
  const person = (group: 'people' | 'supervisors') => (p: PresenceRow) => ({
    key: p.person,
    kind: 'person' as const,
    group,
    id: p.person,
    name: p.name,
    state: p.state,
    load: p.load,
    capacity: p.capacity,
    may: p.state === 'online',
  });
  const isAgent = (p: PresenceRow): boolean => !p.role || p.role === 'agent';
  // Until the lines have been read, those of the colleagues stand there.
  const lines =
    known.length > 0
      ? known.filter((l) => l.seated > 0 && !l.hidden).map((l) => l.line)
      : [...new Set(all.map((p) => p.line).filter((line): line is string => !!line))].sort();
  const plain = { state: '', load: 0, capacity: 0, may: true };
  return [
    ...others.filter(isAgent).map(person('people')),
    ...others.filter((p) => !isAgent(p)).map(person('supervisors')),
    ...lines.map((line) => ({
      ...plain,
      key: `line ${line}`,
      kind: 'line' as const,
      group: 'lines' as const,
      id: line,
      name: nameOf(line),
      now: known.find((l) => l.line === line),
    })),
    { ...plain, key: 'queue', kind: 'queue', group: 'queue', id: '', name: '' },
  ];
}
