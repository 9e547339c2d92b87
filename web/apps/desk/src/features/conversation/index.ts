export { waiting, waitsSince } from './order';
