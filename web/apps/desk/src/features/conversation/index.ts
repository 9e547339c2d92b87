import { defineAsyncComponent } from 'vue';

export { note, take } from './acts';
export { useTalk } from './text';
export { inSight, waitsSince } from './order';
/** The messages of a thread that the caller watches; read at once, loaded when first shown. */
export const WatchedStream = defineAsyncComponent(() => import('./Stream.vue'));
