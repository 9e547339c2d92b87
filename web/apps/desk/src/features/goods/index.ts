/** What the rest of the desk may use of the goods. The page is loaded by the router. */
export { default as ProductPicker } from './ProductPicker.vue';
