/** What the rest of the desk may use of the settings' frame. */
export { sectionsFor } from './sections';
