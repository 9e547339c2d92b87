import type { StoredFile } from '../frames';

const MB = 1024 * 1024;
/** Most bytes of each kind; the server's limits, told before a phone has sent it in vain. */
export const MOST = { image: 10 * MB, file: 20 * MB, voice: 5 * MB };

/** What is uploaded. */
export type Upload = keyof typeof MOST;

/** What the server has: the name that a message gives it. */
export type Uploaded = Pick<StoredFile, 'file'>;

/** Why an upload failed: a problem's code, `network` if nothing was answered. */
export class UploadFailed extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Send bytes to the server. `secs`: length of a clip. `progress` gets the share that is sent, 0 to 1. */
export function upload(
  blob: Blob,
  as: { kind: Upload; name: string; secs: number },
  token: string,
  progress: (share: number) => void,
): Promise<Uploaded> {
  return new Promise((done, fail) => {
    // fetch tells nothing about how much of a body has gone out.
    const ask = new XMLHttpRequest();
    ask.open('POST', `/api/v1/conversation/files?kind=${as.kind}&secs=${as.secs}`);
    ask.setRequestHeader('X-Yingke-Guest', token);
    ask.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    ask.onerror = ask.ontimeout = ask.onabort = () => fail(new UploadFailed('network'));
    ask.onload = () => {
      let body: Partial<Uploaded> & { code?: string } = {};
      try {
        body = JSON.parse(ask.responseText) as typeof body;
      } catch {
        /* a proxy's page: the status says enough */
      }
      if (ask.status === 201 && body.file) done({ file: body.file });
      else
        fail(
          new UploadFailed(ask.status === 413 ? 'too_large' : ask.status >= 500 ? 'network' : (body.code ?? 'other')),
        );
    };
    const form = new FormData();
    form.append('file', blob, as.name);
    ask.send(form);
  });
}
