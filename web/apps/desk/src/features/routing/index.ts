/** What the rest of the desk may use of lines and seats. */
export { BUILT_IN, nameOf, useLines, whyOf, type LineNow } from './lines';
export { default as SeatsTable } from './SeatsTable.vue';
export { pairWords } from './pairs';
export { seatWords } from './seats';
export { useRoutingText } from './text';
