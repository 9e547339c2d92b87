// Pictures, clips and files on their way to the server. Fetched with the first one.
import { uploads, type Pending, type State } from '../reducer';
import { uuid7 } from '../uuid';
import { blobs } from './blobs';
import { MOST, upload, UploadFailed, type Upload } from './upload';

/** The page that this is a part of. */
export interface Page {
  state(): State;
  token(): string | null;
  /** Something of a message changed; `keep`: in the stored outbox, too. */
  change(item: Pending, keep: boolean): void;
  write(item: Pending): void;
  flush(): void;
}

/** Uploads one after the other, in the order in which they were chosen. */
export class Attach {
  private readonly blobs;
  private pumping = false;

  constructor(
    shop: string,
    private readonly page: Page,
  ) {
    this.blobs = blobs(shop);
  }

  async add(files: File[], kind: Upload, secs: number): Promise<void> {
    for (const file of files) {
      const big = file.size > MOST[kind];
      const item: Pending = {
        client_id: uuid7(),
        kind,
        text: '',
        at: Date.now(),
        name: file.name,
        bytes: file.size,
        secs,
        ...(big ? { status: 'failed', problem: 'too_large' } : { status: 'raw' }),
      };
      // The bytes first: a message whose bytes are gone after a reload would be worth nothing.
      if (!big) await this.blobs.put(item.client_id, file);
      this.page.write(kind === 'image' ? await withLocal(item, file) : item);
    }
    void this.pump();
  }

  forget(id: string): Promise<void> {
    return this.blobs.del(id);
  }

  /** Pictures that a reload interrupted get their preview back. */
  async restore(): Promise<void> {
    for (const item of this.page.state().pending.filter((p) => p.kind === 'image' && !p.local?.url)) {
      const blob = await this.blobs.get(item.client_id);
      const now = this.find(item.client_id);
      if (now && blob) this.page.change(await withLocal(now, blob), false);
    }
  }

  /** Upload what is not uploaded, as long as there is a connection. */
  async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    const { page } = this;
    for (;;) {
      const state = page.state();
      const token = page.token();
      const item = state.pending.find((p) => uploads(p) && p.status === 'raw');
      if (!item || !state.live || !token) break;
      const change = (part: Partial<Pending>): void => {
        const now = this.find(item.client_id);
        if (now) page.change({ ...now, ...part }, !!part.status);
      };
      try {
        const blob = await this.blobs.get(item.client_id);
        if (!blob) throw new UploadFailed('gone');
        const as = { kind: item.kind as Upload, name: item.name ?? item.kind, secs: item.secs ?? 0 };
        const done = await upload(blob, as, token, (progress) => change({ progress }));
        change({ file: done.file, status: 'ready' });
      } catch (e) {
        const code = e instanceof UploadFailed ? e.code : 'network';
        // Cut off with the network: it goes on by itself. Refused: the buyer decides.
        if (code === 'network' && (!page.state().live || !navigator.onLine)) break;
        change({ status: 'failed', problem: code });
      }
      page.flush();
    }
    this.pumping = false;
  }

  private find(id: string): Pending | undefined {
    return this.page.state().pending.find((p) => p.client_id === id);
  }
}

async function withLocal(item: Pending, blob: Blob): Promise<Pending> {
  const url = URL.createObjectURL(blob);
  const image = new Image();
  image.src = url;
  try {
    await image.decode();
    return { ...item, local: { url, width: image.naturalWidth, height: image.naturalHeight } };
  } catch {
    return item; // no picture, or one that only the server can read: it decides
  }
}
