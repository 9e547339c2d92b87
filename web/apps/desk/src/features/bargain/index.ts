export { default as BargainLine } from './BargainLine.vue';
export { default as PricePanel } from './PricePanel.vue';
export { default as PriceRequests } from './PriceRequests.vue';
export { fen, yuan } from './price';
export { useBargain } from './text';
