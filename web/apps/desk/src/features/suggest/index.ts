/** What the rest of the desk may use of suggested answers. */
export { default as SuggestBar } from './SuggestBar.vue';
export type { Answer } from './answers';
