import { createApi } from '@yingke/api';

/** The one HTTP client of the page. */
export const api = createApi();

type Answer<T> = Promise<{ data?: T; error?: unknown; response: Response }>;

/** The same client for operations that are agreed upon and do not stand in `openapi.json` yet. */
export const ahead = api as unknown as {
  GET<T>(path: string, init?: object): Answer<T>;
  POST<T>(path: string, init?: object): Answer<T>;
};
