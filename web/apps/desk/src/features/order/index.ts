/** What the rest of the desk may use of the orders. The page is loaded by the router. */
export { default as OrderBody } from './OrderBody.vue';
export { default as OrderPicker } from './OrderPicker.vue';
export { default as OrderSteps } from './OrderSteps.vue';
export { moneyOf, platformState, stateOf, titleOf, toneOf, wordOf, type Order } from './order';
