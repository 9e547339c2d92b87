export { default as Icon } from './Icon.vue';
export { default as Ring } from './Ring.vue';
export type { IconName } from './icons';
export * as format from './format';
export type { Lang } from './format';
export { arc, stage, type Stage } from './ring';
export { token, type Theme } from './tokens';
