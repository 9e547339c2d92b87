export { default as HandOverNotes } from './HandOverNotes.vue';
export { default as StillThere } from './StillThere.vue';
export { default as StateButton } from './StateButton.vue';
export { useOwnState } from './own';
