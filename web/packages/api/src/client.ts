/** HTTP client: operations of `openapi.json`, refusals as {@link Refused}. */
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];
export type Api = Client<paths>;

/** A refusal (RFC 9457), or no answer at all (`code` is then `offline`, `status` 0). */
export class Refused extends Error {
  constructor(
    /** Key of the sentence in the catalogue. */
    readonly code: string,
    /** HTTP status, 0 when the house did not answer. */
    readonly status: number,
    /** English sentence of the server; may name who or what. */
    readonly detail: string,
  ) {
    super(detail || code);
    this.name = 'Refused';
  }
}

/** The client of one page; same origin, cookie session. */
export function createApi(fetch: typeof globalThis.fetch = (...args) => globalThis.fetch(...args)): Api {
  return createClient<paths>({ baseUrl: '', fetch: (request: Request) => fetch(request) });
}

/** Makes a {@link Refused} of whatever a failed call gave. */
export function asRefused(error: unknown, status = 0): Refused {
  if (error instanceof Refused) return error;
  if (typeof error === 'object' && error !== null && 'code' in error) {
    const body = error as { code?: unknown; status?: unknown; detail?: unknown };
    return new Refused(
      typeof body.code === 'string' ? body.code : 'unknown',
      typeof body.status === 'number' ? body.status : status,
      typeof body.detail === 'string' ? body.detail : '',
    );
  }
  return status === 0 ? new Refused('offline', 0, '') : new Refused('unknown', status, '');
}

/** Waits for a call and gives its data, or throws {@link Refused}. */
export async function must<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer: { data?: T; error?: unknown; response: Response };
  try {
    answer = await call;
  } catch (error) {
    throw asRefused(error);
  }
  if (!answer.response.ok) throw asRefused(answer.error, answer.response.status);
  return answer.data as T;
}

/** What is told of an upload besides its bytes. */
export interface UploadOptions {
  /** What it is sent as: a picture is drawn anew by the server, a clip is checked, anything else is kept as it is. */
  kind?: 'image' | 'voice' | 'file';
  /** Code of the shop in whose thread it is sent; the sender's first shop unless told. */
  shop?: string;
  /** Name for whoever downloads it. */
  name?: string;
  /** Length of a clip, whole seconds. */
  secs?: number;
  /** Told the share that is done, 0 to 1. */
  progress?: (share: number) => void;
}

/**
 * Uploads a picture, a voice clip or a file as multipart `file`.
 * XMLHttpRequest because fetch tells nothing of an upload's progress.
 */
export function uploadFile(
  file: Blob,
  options: UploadOptions = {},
): { done: Promise<Schemas['StoredFile']>; cancel: () => void } {
  const request = new XMLHttpRequest();
  const done = new Promise<Schemas['StoredFile']>((resolve, reject) => {
    const query = new URLSearchParams();
    if (options.kind && options.kind !== 'image') query.set('kind', options.kind);
    if (options.shop) query.set('shop', options.shop);
    if (options.secs) query.set('secs', String(options.secs));
    const asked = query.toString();
    request.open('POST', `/api/v1/conversation/files${asked ? `?${asked}` : ''}`);
    request.responseType = 'json';
    request.upload.onprogress = (e) => {
      if (e.lengthComputable && e.total > 0) options.progress?.(e.loaded / e.total);
    };
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Schemas['StoredFile']);
      else reject(asRefused(request.response, request.status));
    };
    request.onerror = request.ontimeout = () => reject(asRefused(null));
    request.onabort = () => reject(new Refused('cancelled', 0, ''));
    const form = new FormData();
    form.append('file', file, options.name || (file instanceof File ? file.name : '') || 'picture');
    request.send(form);
  });
  return { done, cancel: () => request.abort() };
}
