/** What the rest of the desk may use of the notices. The page is loaded by the router. */
export { default as NoticeLine } from './NoticeLine.vue';
export { useNotices } from './open';
export { isUnread, type Notice } from './notices';
