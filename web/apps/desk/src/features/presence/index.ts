export { default as StateButton } from './StateButton.vue';
