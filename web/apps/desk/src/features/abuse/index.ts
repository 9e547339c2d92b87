export { default as AbuseLine } from './AbuseLine.vue';
export { default as AbusePanel } from './AbusePanel.vue';
export { waiting } from './abuse';
export { useAbuse } from './text';
