/**
 * Every key of the desk, once: the listener, the hints beside the acts, the sheet behind `?` and the palette read this table.
 * `mod` is Ctrl, and the command key on a Mac. Single keys count outside text boxes only.
 */
import type { Catalogue } from '../text';

/** Where a key counts: `anywhere`, `outside` text boxes, or in the `composer` (which handles it itself). */
export type Where = 'anywhere' | 'outside' | 'composer';

export type CommandId = keyof Catalogue['commands'];

export interface Command {
  id: CommandId;
  group: keyof Catalogue['keysheet']['groups'];
  /** Empty: it has no key, but the palette knows it. */
  keys: readonly string[];
  when: Where;
}

export const commands: readonly Command[] = [
  { id: 'send', group: 'send', keys: ['Enter'], when: 'composer' },
  { id: 'sendNext', group: 'send', keys: ['mod+Enter'], when: 'composer' },
  { id: 'newline', group: 'send', keys: ['Shift+Enter'], when: 'composer' },
  { id: 'offer1', group: 'send', keys: ['Alt+1'], when: 'anywhere' },
  { id: 'offer2', group: 'send', keys: ['Alt+2'], when: 'anywhere' },
  { id: 'offer3', group: 'send', keys: ['Alt+3'], when: 'anywhere' },
  { id: 'phrases', group: 'send', keys: ['/'], when: 'composer' },
  { id: 'phraseSet', group: 'send', keys: ['mod+/'], when: 'composer' },
  { id: 'follow', group: 'send', keys: ['Alt+F'], when: 'anywhere' },
  { id: 'takeWording', group: 'send', keys: ['mod+.'], when: 'anywhere' },
  { id: 'hold', group: 'send', keys: ['Alt+H'], when: 'anywhere' },
  { id: 'quote', group: 'send', keys: ['Alt+Q'], when: 'anywhere' },
  { id: 'quote', group: 'send', keys: ['R'], when: 'outside' },
  { id: 'note', group: 'send', keys: ['Alt+N'], when: 'anywhere' },
  { id: 'note', group: 'send', keys: ['N'], when: 'outside' },
  { id: 'emoji', group: 'send', keys: ['Alt+E'], when: 'anywhere' },
  { id: 'product', group: 'send', keys: ['Alt+G'], when: 'anywhere' },
  { id: 'order', group: 'send', keys: ['Alt+O'], when: 'anywhere' },
  { id: 'price', group: 'act', keys: ['Alt+B'], when: 'anywhere' },
  { id: 'call', group: 'act', keys: ['Alt+C'], when: 'anywhere' },
  { id: 'abuse', group: 'act', keys: ['Alt+J'], when: 'anywhere' },
  { id: 'takePrice', group: 'act', keys: ['Alt+Y'], when: 'anywhere' },
  { id: 'recall', group: 'send', keys: ['Alt+Z'], when: 'anywhere' },
  { id: 'leave', group: 'send', keys: ['Escape'], when: 'composer' },
  { id: 'next', group: 'go', keys: ['F2'], when: 'anywhere' },
  { id: 'down', group: 'go', keys: ['J', 'ArrowDown'], when: 'outside' },
  { id: 'up', group: 'go', keys: ['K', 'ArrowUp'], when: 'outside' },
  { id: 'open', group: 'go', keys: ['Enter'], when: 'outside' },
  { id: 'filter', group: 'go', keys: ['F'], when: 'outside' },
  { id: 'earlier', group: 'go', keys: ['Alt+ArrowUp'], when: 'anywhere' },
  { id: 'later', group: 'go', keys: ['Alt+ArrowDown'], when: 'anywhere' },
  { id: 'beside', group: 'go', keys: ['Alt+P'], when: 'anywhere' },
  { id: 'across', group: 'go', keys: ['F6'], when: 'anywhere' },
  { id: 'shopAfter', group: 'go', keys: ['Alt+]'], when: 'anywhere' },
  { id: 'shopBefore', group: 'go', keys: ['Alt+['], when: 'anywhere' },
  { id: 'mentions', group: 'go', keys: ['Alt+M'], when: 'anywhere' },
  { id: 'find', group: 'go', keys: ['mod+K'], when: 'anywhere' },
  { id: 'findHere', group: 'go', keys: ['mod+F'], when: 'anywhere' },
  { id: 'take', group: 'act', keys: ['Alt+R'], when: 'anywhere' },
  { id: 'transfer', group: 'act', keys: ['Alt+T'], when: 'anywhere' },
  { id: 'transfer', group: 'act', keys: ['T'], when: 'outside' },
  { id: 'close', group: 'act', keys: ['F4'], when: 'anywhere' },
  { id: 'close', group: 'act', keys: ['E'], when: 'outside' },
  { id: 'waive', group: 'act', keys: ['Alt+W'], when: 'anywhere' },
  { id: 'unread', group: 'act', keys: ['U'], when: 'outside' },
  { id: 'stage', group: 'act', keys: ['Alt+S'], when: 'anywhere' },
  { id: 'tag', group: 'act', keys: ['Alt+L'], when: 'anywhere' },
  { id: 'askRating', group: 'act', keys: [], when: 'anywhere' },
  { id: 'undo', group: 'act', keys: ['mod+Z'], when: 'outside' },
  { id: 'stateOnline', group: 'act', keys: ['Alt+7'], when: 'anywhere' },
  { id: 'stateSuspended', group: 'act', keys: ['Alt+8'], when: 'anywhere' },
  { id: 'stateAway', group: 'act', keys: ['Alt+9'], when: 'anywhere' },
  { id: 'handAway', group: 'act', keys: ['Alt+0'], when: 'anywhere' },
  { id: 'choose', group: 'act', keys: ['Space'], when: 'outside' },
  { id: 'confirm', group: 'act', keys: ['C'], when: 'outside' },
  { id: 'discount', group: 'act', keys: ['W'], when: 'outside' },
  { id: 'readNotice', group: 'act', keys: ['Alt+K'], when: 'anywhere' },
  { id: 'lookAlong', group: 'go', keys: ['Alt+A'], when: 'anywhere' },
  { id: 'worklog', group: 'act', keys: ['Alt+I'], when: 'anywhere' },
  { id: 'dutySkip', group: 'act', keys: ['S'], when: 'outside' },
  { id: 'dutyOpen', group: 'go', keys: ['O'], when: 'outside' },
  { id: 'handOver', group: 'act', keys: [], when: 'anywhere' },
  { id: 'buyer', group: 'view', keys: ['mod+I'], when: 'anywhere' },
  { id: 'sound', group: 'view', keys: [], when: 'anywhere' },
  { id: 'keys', group: 'view', keys: ['?'], when: 'outside' },
];
