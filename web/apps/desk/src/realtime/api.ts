import { createApi } from '@yingke/api';

/** The one HTTP client of the page. */
export const api = createApi();

/** A form as the body of an upload: it goes as it is, and the browser writes its boundary. */
export function asForm(form: FormData): { body: { file: string }; bodySerializer: (body: unknown) => FormData } {
  return { body: form as unknown as { file: string }, bodySerializer: (body) => body as FormData };
}
