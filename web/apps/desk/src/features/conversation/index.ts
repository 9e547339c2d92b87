export { inSight, waitsSince } from './order';
