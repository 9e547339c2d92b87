/** What the rest of the desk may use of shops. The pages are loaded by the router. */
export { unsavedFields } from './store';
