/** What the rest of the desk may use of the work log. The page is loaded by the router. */
export { default as WorklogPanel } from './WorklogPanel.vue';
export { useWorklogText } from './text';
