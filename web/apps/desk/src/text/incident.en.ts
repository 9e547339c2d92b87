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
    'R-DESK-13': 'Passed on',
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
            : rule === 'R-DESK-13'
              ? `Passed on after ${long(secs)}`
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
  stillRuns: 'The buyer still waits; it can be decided once there is an answer.',
  settled: 'The facts of this one have changed; there is nothing to decide.',
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
            : rule === 'R-DESK-13'
              ? 'Given to a peer or back to the queue while the buyer waited, without an answer and without handing it up'
              : 'Nobody answered before the conversation was over',
    tier: (rule, n) => (rule === 'R-DESK-13' ? `passed on ${n} times` : `Limit ${n} was passed`),
    steps: 'How it was passed on',
    stepTo: (way, by, to) =>
      way === 'up'
        ? `${by} handed it up to ${to}`
        : way === 'line'
          ? `${by} sent it to another line: ${to}`
          : way === 'known'
            ? `${by} gave it to ${to}, who served them last`
            : way === 'down'
              ? `${by} assigned it to ${to}`
              : way === 'handover'
                ? `${by} handed over to ${to}`
                : way === 'promised'
                  ? `${by} asked for patience, then gave it to ${to}`
                  : `${by} gave it to ${to}`,
    held: (secs) => `held ${long(secs)}`,
    queue: 'the queue',
    leads: 'whoever leads',
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
  views: { found: 'Findings', up: 'Handed up' },
  up: {
    list: 'What was handed up',
    count: (n, more) => `${n}${more ? '+' : ''} times`,
    how: { transfer: 'Transferred up', mention: 'Asked in a note', price: 'Asked for a price' },
    columns: { at: 'Time', who: 'Who', how: 'How', to: 'To', buyer: 'Buyer', note: 'Words' },
    open: (buyer) => `Open the conversation of ${buyer}`,
    empty:
      'Nothing was handed up in this time. Transfers to after-sales or whoever leads, notes that ask them and requests for a price are kept here.',
    failed: 'What was handed up could not be read. ',
    each: (name, n) => `${name} ${n}`,
    leads: 'Whoever leads',
  },
  badge: (n, free) => `Slow ${n} / ${free}`,
  badgeLabel: (n, free) => `${n} slow answers this month, the first ${free} cost nothing`,
};
