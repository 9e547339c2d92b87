/** What the rest of the desk may use of signing in and people. The pages are loaded by the router. */
export { useSessionEnd } from './end';
export { useSession, type Me, type Right } from './session';
