/** The guard at the desk: what stands above the draft, what it underlines, and what it sends back. */
export { default as GuardStrip } from './GuardStrip.vue';
export { pieces, returned, taken, useGuard, verdictOf } from './reading';
export { useGuardText } from './text';
