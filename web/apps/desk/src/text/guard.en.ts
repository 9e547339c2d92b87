import type { GuardText } from './guard.zh-CN';

/** Words of the guard above the draft. */
export const guardEn: GuardText = {
  name: 'Wording',
  verdict: { block: 'Cannot be sent', warn: 'Careful', hint: 'Hint' },
  better: 'Better: ',
  take: 'Take it',
  more: (n) => `${n} more`,
  again: 'Send again to send it as it is; that is recorded',
  send: 'Send as it is',
  mend: 'Change it',
  blocked: 'Change what is marked, then send',
};
