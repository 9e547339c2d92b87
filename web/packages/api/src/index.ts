export * from './client';
export * from './frames';
export * from './socket';
export * from './uuid';
export type { components, paths } from './schema.gen';
