/** What the rest of the desk may use of the buyers. */
export { default as BuyerPane } from './BuyerPane.vue';
