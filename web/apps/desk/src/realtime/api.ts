import { createApi } from '@yingke/api';

/** The one HTTP client of the page. */
export const api = createApi();
