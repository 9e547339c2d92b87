/** What the rest of the desk may use of the lists of the day. The page is loaded by the router. */
export { default as DutyLine } from './DutyLine.vue';
export { useLateLists } from './late';
export { useDutyText } from './text';
