/** Words of finding in English. */
import type { SearchText } from './search.zh-CN';

export const searchEn: SearchText = {
  title: 'Find',
  button: 'People, orders, messages',
  placeholder: 'Buyer, order number, last four of a phone, words, commands',
  results: 'Results',
  groups: {
    recent: 'Searched lately',
    doing: 'Commands',
    buyer: 'Buyers',
    order: 'Orders',
    message: 'Messages',
    product: 'Products',
  },
  pages: {
    desk: 'Go to the desk',
    orders: 'Go to orders',
    goods: 'Go to products',
    phrases: 'Go to phrases',
    report: 'Go to figures',
    incident: 'Go to findings',
    notices: 'Go to notices',
    wall: 'Go to the wall',
    people: 'Go to people',
    account: 'Go to my account',
    settings: 'Go to settings',
  },
  clear: 'Clear',
  more: (what) => `Only ${what.toLowerCase()}, show more`,
  allKinds: 'Everything again',
  offShelf: 'off the shelf',
  by: (from, name) =>
    from === 'buyer' ? '' : from === 'bot' ? 'the bot' : from === 'auto' || from === 'system' ? 'automatic' : name,
  short: "One more character: messages are searched from two on, one finds the beginning of buyers' names.",
  none: (q) => `Nothing has "${q}". Try other words, or fewer.`,
  count: (n) => (n === 1 ? '1 result' : `${n} results`),
  took: (ms) => `${ms} ms`,
  hint: { move: 'move', group: 'next group', open: 'open' },
  here: {
    title: (buyer) => `Find in the conversation with ${buyer}`,
    placeholder: 'Find in this conversation',
    at: (n, of, more) => `${n} / ${of}${more ? '+' : ''}`,
    none: 'none',
    older: 'The earlier one',
    newer: 'The later one',
  },
};
