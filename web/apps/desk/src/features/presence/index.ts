export { default as StateButton } from './StateButton.vue';
export { useOwnState } from './own';
