/** What the rest of the desk may use of the findings. The page is loaded by the router. */
export { default as SlowBadge } from './SlowBadge.vue';
export { said as saidOfIncident, span as spanOf, startOf, type Incident } from './incidents';
export { useIncidentText } from './text';
