/**
 * Every key of the desk, once: the listener, the hints beside the acts and the sheet behind `?` read this table.
 * `mod` is Ctrl, and the command key on a Mac. Single keys count outside text boxes only.
 */
import type { Catalogue } from '../text';

/** Where a key counts: `anywhere`, `outside` text boxes, or in the `composer` (which handles it itself). */
export type Where = 'anywhere' | 'outside' | 'composer';

export type CommandId = keyof Catalogue['commands'];

export interface Command {
  id: CommandId;
  group: keyof Catalogue['keysheet']['groups'];
  keys: readonly string[];
  when: Where;
}

export const commands: readonly Command[] = [
  { id: 'send', group: 'send', keys: ['Enter'], when: 'composer' },
  { id: 'sendNext', group: 'send', keys: ['mod+Enter'], when: 'composer' },
  { id: 'newline', group: 'send', keys: ['Shift+Enter'], when: 'composer' },
  { id: 'leave', group: 'send', keys: ['Escape'], when: 'composer' },
  { id: 'next', group: 'go', keys: ['F2'], when: 'anywhere' },
  { id: 'down', group: 'go', keys: ['J', 'ArrowDown'], when: 'outside' },
  { id: 'up', group: 'go', keys: ['K', 'ArrowUp'], when: 'outside' },
  { id: 'open', group: 'go', keys: ['Enter'], when: 'outside' },
  { id: 'take', group: 'act', keys: ['Alt+R'], when: 'anywhere' },
  { id: 'transfer', group: 'act', keys: ['Alt+T'], when: 'anywhere' },
  { id: 'transfer', group: 'act', keys: ['T'], when: 'outside' },
  { id: 'close', group: 'act', keys: ['F4'], when: 'anywhere' },
  { id: 'close', group: 'act', keys: ['E'], when: 'outside' },
  { id: 'waive', group: 'act', keys: ['Alt+W'], when: 'anywhere' },
  { id: 'buyer', group: 'view', keys: ['mod+I'], when: 'anywhere' },
  { id: 'keys', group: 'view', keys: ['?'], when: 'outside' },
];
