export { isOpen, isOverdue } from './call';
export { default as BuyerCalls } from './BuyerCalls.vue';
export { default as CallPanel } from './CallPanel.vue';
export { confirming, useOpenCalls } from './store';
export { useCallText } from './text';
