/** Words of the findings in English. */
import type { IncidentText } from './incident.zh-CN';

const long = (secs: number): string => {
  const [h, m, s] = [Math.floor(secs / 3600), Math.floor((secs % 3600) / 60), secs % 60];
  if (h > 0) return m > 0 ? `${h} h ${m} min` : `${h} h`;
  return m > 0 ? (m < 10 && s > 0 ? `${m} min ${s} s` : `${m} min`) : `${s} s`;
};
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July'];
const REST = ['August', 'September', 'October', 'November', 'December'];
const findings = (n: number): string => (n === 1 ? '1 finding' : `${n} findings`);

export const incidentEn: IncidentText = {
  title: 'Findings',
  own: 'My findings',
  list: 'List of findings',
  states: { all: 'All', proposed: 'Undecided', confirmed: 'Confirmed', waived: 'Waived', appealed: 'Appeals' },
  rules: {
    'R-RESP-03': 'Slow answer',
    'R-RESP-04': 'Long wait',
    'R-RESP-06': 'Idle while online',
    'R-RESP-07': 'Unanswered',
  },
  filters: {
    person: 'Person',
    rule: 'Kind',
    range: 'Time',
    shop: 'Shop',
    everybody: 'Everybody',
    anyRule: 'All kinds',
    anyShop: 'All shops',
  },
  ranges: { today: 'Today', week: 'Last 7 days', month: 'This month', last: 'Last month', quarter: 'Last 90 days' },
  columns: { at: 'Time', who: 'Who', what: 'What happened', amount: 'Amount', state: 'State' },
  long,
  said: (rule, secs) =>
    rule === 'R-RESP-03'
      ? `Slow answer ${long(secs)}`
      : rule === 'R-RESP-04'
        ? `Long wait ${long(secs)}`
        : rule === 'R-RESP-06'
          ? `Idle while online ${long(secs)}`
          : rule === 'R-RESP-07'
            ? 'Unanswered'
            : `${rule} ${long(secs)}`,
  monthOf: (month, n) => `Slow answer no. ${n} of ${[...MONTHS, ...REST][month - 1] ?? month}`,
  queue: 'In the queue',
  running: 'Still waiting',
  gone: 'Facts have changed',
  absorbed: 'Another finding of the same time stands for it',
  counted: 'Counted only',
  count: (n, more) => (more ? `${n}+ findings` : findings(n)),
  chosen: (n) => `${n} chosen`,
  letGo: 'Let go',
  chooseAll: 'Choose all undecided in sight',
  choose: (what) => `Choose: ${what}`,
  open: (what) => `Show the facts: ${what}`,
  confirm: 'Confirm',
  waive: 'Waive',
  waiveN: (n) => (n > 1 ? `Waive these ${n}` : 'Waive this one'),
  why: 'Why it counts for nothing',
  whyHelp: 'The person concerned and whoever settles pay will read it.',
  whyMissing: 'Say in a sentence why it counts for nothing.',
  appeal: 'Appeal',
  appealWhy: 'What is wrong about it',
  appealHelp: 'A supervisor reads it and decides again.',
  appealMissing: 'Say in a sentence what is wrong.',
  done: {
    confirm: (n) => `Confirmed ${findings(n)}`,
    waive: (n) => `Waived ${findings(n)}`,
    appeal: 'The appeal is with the supervisor',
  },
  failed: 'The findings could not be read. ',
  kept: 'The list is kept. ',
  retry: 'Try again',
  more: 'Show more',
  empty: { proposed: 'Nothing is undecided.', other: 'There is nothing in this time.' },
  panel: {
    label: 'Facts',
    close: 'Close',
    facts: 'Facts',
    first: 'Buyer asked',
    waited: 'Waited',
    answer: 'Then answered',
    noAnswer: 'Nobody answered',
    stillOpen: 'Not answered yet',
    span: 'From and to',
    limit: 'Limit',
    limits: (rule, figures) =>
      rule === 'R-RESP-03'
        ? `Over ${long(figures.slow)} is slow; the first ${figures.free} of a month cost nothing`
        : rule === 'R-RESP-04'
          ? `Over ${figures.tiers.map(long).join(', ')}`
          : rule === 'R-RESP-06'
            ? `Online without an act for ${long(figures.idle)}`
            : 'Nobody answered before the conversation was over',
    tier: (n) => `Limit ${n} was passed`,
    rule: 'Rule',
    amount: 'Amount',
    proposedAmount: 'Proposed amount',
    notYet: 'not confirmed, not counted',
    parts: (n) => (n === 1 ? 'The one of the month' : `The ${n} of the month`),
    open: 'Open the conversation there',
    decisions: 'What was decided',
    found: 'Found by the system',
    acts: {
      confirm: (name) => `Confirmed by ${name}`,
      waive: (name) => `Waived by ${name}`,
      appeal: (name) => `Appeal of ${name}`,
    },
    many: (n) => `${n} chosen`,
    noWords: 'A picture, clip or file',
  },
  badge: (n, free) => `Slow ${n} / ${free}`,
  badgeLabel: (n, free) => `${n} slow answers this month, the first ${free} cost nothing`,
};
