/**
 * The live desk: socket, reducer and outbox joined. Frames are gathered and applied once an animation frame (a timer where the page
 * is hidden), so that a burst costs one rendering.
 */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import {
  asRefused,
  must,
  Socket,
  uploadFile,
  uuidv7,
  type Card,
  type CardChoice,
  type ClientFrame,
  type Entry,
  type LiveState,
  type Quote,
  type Row,
  type ServerFrame,
  type Wire,
} from '@yingke/api';
import { api } from './api';
import { act, apply, isPassing, TAIL, type LocalEvent } from './reducer';
import { outboxOf, type OutboxStore } from './outbox';
import { emptyState, needsFile, type Outgoing } from './state';

/** Most frames taken before the page may draw again. */
const BATCH = 2_000;
/** How long a buyer who just came may stand in the queue before the list shows it: the router needs a moment. */
const SETTLE_MS = 400;
/** Threads that stay watched after they were left, so that going back is at once. */
const WATCHED = 12;

function wire(): Wire {
  const address = new URL('/ws', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(address) as unknown as Wire;
}

export const useDesk = defineStore('desk', () => {
  const state = shallowRef(emptyState());
  /** Local addresses of pictures that are on their way, by client id. */
  const previews = shallowRef<ReadonlyMap<string, string>>(new Map());
  /** Share of an upload that is done, by client id. */
  const progress = ref<Record<string, number>>({});
  /** The session is over; the page must ask to sign in. */
  const signedOut = ref(false);
  /** A new version of the server is there; reload when nobody is in the middle of something. */
  const outdated = ref(false);

  let person = '';
  let store: OutboxStore | null = null;
  let socket: Socket | null = null;
  let queue: ServerFrame[] = [];
  /** What will take the queue: the next animation frame or the timer, whichever comes first; null = nothing waits. */
  let scheduled: { frame: number; timer: ReturnType<typeof setTimeout> } | null = null;
  /** Counts the wires, so that nothing of an old one is taken for news. */
  let wires = 0;
  let recent: string[] = [];
  let lastActive = 0;
  const uploading = new Set<string>();
  const followers = new Set<(frame: ServerFrame) => void>();

  function take(step: { state: typeof state.value; send: ClientFrame[] }): void {
    const before = state.value;
    if (step.state !== before) {
      state.value = step.state;
      if (store && step.state.outbox !== before.outbox) {
        try {
          store.save(before.outbox, step.state.outbox);
        } catch (error) {
          // A full disk of the browser must not stop the desk; the message is still in memory and on its way.
          console.warn('the outbox could not be written', error);
        }
      }
    }
    for (const frame of step.send) socket?.send(frame);
    if (step.state.outbox !== before.outbox) tidyPreviews();
  }

  function flush(): void {
    if (scheduled) {
      // The one that came second must not take what comes next outside of an animation frame.
      cancelAnimationFrame(scheduled.frame);
      clearTimeout(scheduled.timer);
      scheduled = null;
    }
    const frames = queue;
    queue = [];
    if (frames.length > BATCH) {
      queue = frames.splice(BATCH);
      schedule();
    }
    let current = state.value;
    const send: ClientFrame[] = [];
    const at = Date.now();
    for (const frame of frames) {
      const step = apply(current, frame, at);
      current = step.state;
      send.push(...step.send);
    }
    take({ state: current, send });
    for (const frame of frames) {
      if (frame.t === 'welcome') {
        socket?.settled();
        if (outdatedBy(frame.version)) outdated.value = true;
        upload();
        if (wires > 1) void mentions();
      } else if (frame.t === 'bye' && frame.reason === 'signed_out') {
        stop();
        signedOut.value = true;
      }
      for (const follow of followers) follow(frame);
    }
  }

  let firstVersion: string | null = null;
  function outdatedBy(version: string): boolean {
    firstVersion ??= version;
    return version !== firstVersion;
  }

  function schedule(): void {
    // A hidden page draws no frames, but its title badge and its sound must go on: the timer is for it.
    scheduled ??= { frame: requestAnimationFrame(flush), timer: setTimeout(flush, 100) };
  }

  function enqueue(frame: ServerFrame): void {
    queue.push(frame);
    schedule();
  }

  function local(event: LocalEvent): void {
    if (queue.length > 0) flush();
    take(act(state.value, event, Date.now()));
  }

  /** Begins for a signed-in person. */
  function start(who: string): void {
    if (socket) return;
    person = who;
    store = outboxOf(person);
    state.value = { ...emptyState(), outbox: store.load() };
    signedOut.value = false;
    socket = new Socket(
      { connect: wire },
      {
        frame: (frame) => {
          if (!isPassing(state.value, frame)) return enqueue(frame);
          // Later frames of the thread have a higher revision: coming after them, this one changes nothing.
          const of = wires;
          setTimeout(() => socket && of === wires && enqueue(frame), SETTLE_MS);
        },
        open: () => {
          wires += 1;
          refusals = 0;
          local({ t: 'open' });
        },
        lost: (retryAt) => {
          local({ t: 'lost', retryAt });
          // A wire that does not open tells no reason: twice in a row, ask whether there still is a session.
          refusals += 1;
          if (refusals >= 2) void probe();
        },
      },
    );
    socket.start();
    void colleagues();
    void mentions();
    addEventListener('online', retry);
    addEventListener('offline', cut);
    document.addEventListener('visibilitychange', visible);
    for (const kind of ['keydown', 'pointerdown'] as const) addEventListener(kind, active, { passive: true });
  }

  /** Ends: signed out. */
  function stop(): void {
    socket?.stop();
    socket = null;
    queue = [];
    recent = [];
    removeEventListener('online', retry);
    removeEventListener('offline', cut);
    document.removeEventListener('visibilitychange', visible);
    for (const kind of ['keydown', 'pointerdown'] as const) removeEventListener(kind, active);
    state.value = { ...emptyState() };
  }

  function retry(): void {
    socket?.retry();
  }
  function cut(): void {
    socket?.cut();
  }
  function visible(): void {
    if (!document.hidden) retry();
  }
  /** Keeps the server's "still there?" clock fresh, at most once a minute. */
  function active(): void {
    const now = Date.now();
    if (now - lastActive < 60_000 && state.value.stillThere === null) return;
    if (socket?.send({ t: 'active' })) lastActive = now;
  }

  let refusals = 0;
  async function probe(): Promise<void> {
    try {
      await must(api.GET('/api/v1/access/me'));
    } catch (error) {
      if (asRefused(error).status !== 401 || !socket) return;
      stop();
      signedOut.value = true;
    }
  }

  async function colleagues(): Promise<void> {
    try {
      local({ t: 'people', people: await must(api.GET('/api/v1/presence/people')) });
    } catch {
      // Presence frames fill it in; the transfer panel asks again when it opens.
    }
  }

  async function mentions(): Promise<void> {
    try {
      local({ t: 'mentions', mentions: await must(api.GET('/api/v1/conversation/mentions')) });
    } catch {
      // Asked again with the next connection; live ones come by the socket.
    }
  }

  /** Watches a thread from now on; the least recently opened ones are let go. */
  function watch(thread: string): void {
    recent = [thread, ...recent.filter((t) => t !== thread)];
    for (const old of recent.splice(WATCHED)) local({ t: 'unwatch', thread: old });
    local({ t: 'watch', thread, tail: TAIL });
  }

  async function before(thread: string, seq: number, limit: number): Promise<Entry[]> {
    const params = { path: { thread }, query: { before: seq, limit } };
    return (await must(api.GET('/api/v1/conversation/threads/{thread}/entries', { params }))).entries;
  }

  /** Takes in a page of entries before the first one at hand. */
  async function older(thread: string): Promise<void> {
    const log = state.value.logs.get(thread);
    if (!log || log.last === null || log.first <= 1) return;
    local({ t: 'older', thread, entries: await before(thread, log.first, 100) });
  }

  /** Takes in everything back to a sequence and a little before it, at once. */
  async function olderTo(thread: string, seq: number): Promise<void> {
    const log = state.value.logs.get(thread);
    if (!log || log.last === null) return;
    let first = log.first;
    let pages: Entry[] = [];
    while (first > Math.max(1, seq - 10)) {
      const page = await before(thread, first, 200);
      if (page.length === 0) break;
      pages = [...page, ...pages];
      first = page[0]!.seq;
    }
    local({ t: 'older', thread, entries: pages });
  }

  /**
   * Sends words, as an answer to a message when one is quoted; `overrule` although the guard warns of them. Gives the client's id of the
   * message.
   */
  function say(thread: string, text: string, quote: Quote | null = null, overrule = false): string {
    const message: Outgoing = { ...outgoing(thread, 'text'), text, quote, ...(overrule && { overrule }) };
    local({ t: 'compose', message });
    return message.client_id;
  }

  /** Sends a picture that the house has already; `url` is drawn until it comes back. Gives the client's id of the message. */
  function show(thread: string, file: string, url: string): string {
    const message: Outgoing = { ...outgoing(thread, 'image'), file };
    previews.value = new Map(previews.value).set(message.client_id, url);
    local({ t: 'compose', message });
    return message.client_id;
  }

  /** Sends a card; `shown` is drawn until the server's snapshot is there. */
  function offer(thread: string, choice: CardChoice, shown: Card | null): void {
    local({ t: 'compose', message: { ...outgoing(thread, 'card'), card: { choice, shown } } });
  }

  /** Sends a picture, a clip (with its seconds) or any other file. */
  function attach(thread: string, kind: 'image' | 'voice' | 'file', file: Blob, secs = 0): void {
    const name = file instanceof File ? file.name : '';
    const about = { name, bytes: file.size, mime: file.type, secs };
    const message: Outgoing = { ...outgoing(thread, kind), about };
    previews.value = new Map(previews.value).set(message.client_id, URL.createObjectURL(file));
    local({ t: 'compose', message });
    void (async () => {
      try {
        await store?.keepFile(message.client_id, file);
      } catch {
        // A browser without a database of its own: the file lives as long as the page.
      }
      void send(message, file);
    })();
  }

  function outgoing(thread: string, kind: Outgoing['kind']): Outgoing {
    return {
      client_id: uuidv7(),
      thread,
      shop: state.value.rows.get(thread)?.shop ?? null,
      kind,
      text: '',
      file: null,
      about: null,
      quote: null,
      card: null,
      at: Date.now(),
      state: 'waiting',
      seq: null,
      problem: null,
    };
  }

  /** Takes up the uploads that a reload or a lost network left. */
  function upload(): void {
    for (const o of state.value.outbox) {
      if (!needsFile(o.kind) || o.file !== null || o.state !== 'waiting' || uploading.has(o.client_id)) continue;
      void (async () => {
        const file = (await store?.file(o.client_id).catch(() => null)) ?? null;
        if (!file) {
          local({ t: 'upload_failed', client_id: o.client_id, code: 'picture_lost', detail: '' });
          return;
        }
        if (!previews.value.has(o.client_id))
          previews.value = new Map(previews.value).set(o.client_id, URL.createObjectURL(file));
        await send(o, file);
      })();
    }
  }

  async function send(o: Outgoing, file: Blob): Promise<void> {
    const id = o.client_id;
    if (uploading.has(id)) return;
    uploading.add(id);
    progress.value[id] = 0;
    try {
      const { done } = uploadFile(file, {
        kind: o.kind as 'image' | 'voice' | 'file',
        name: o.about?.name ?? '',
        secs: o.about?.secs ?? 0,
        ...(o.shop && { shop: o.shop }),
        progress: (share) => (progress.value[id] = share),
      });
      const stored = await done;
      local({ t: 'uploaded', client_id: id, file: stored.file });
    } catch (error) {
      const refused = asRefused(error);
      // Without a network it waits for the next welcome; what was refused waits for its writer.
      if (refused.code !== 'offline')
        local({ t: 'upload_failed', client_id: id, code: refused.code, detail: refused.detail });
    } finally {
      uploading.delete(id);
      delete progress.value[id];
    }
  }

  function tidyPreviews(): void {
    const ids = new Set(state.value.outbox.map((o) => o.client_id));
    const gone = [...previews.value].filter(([id]) => !ids.has(id));
    if (gone.length === 0) return;
    const left = new Map(previews.value);
    for (const [id, url] of gone) {
      left.delete(id);
      void store?.dropFile(id).catch(() => undefined);
      // The entry's own picture is drawn a moment later.
      setTimeout(() => URL.revokeObjectURL(url), 5_000);
    }
    previews.value = left;
  }

  function again(id: string): void {
    local({ t: 'again', client_id: id });
    upload();
  }

  const live = computed(() => (thread: string): LiveState | null => {
    return state.value.rows.get(thread)?.live ?? state.value.live.get(thread) ?? null;
  });

  return {
    state,
    previews,
    progress,
    signedOut,
    outdated,
    live,
    start,
    stop,
    retry,
    /** Somebody is here. */
    active,
    watch,
    older,
    olderTo,
    say,
    show,
    offer,
    attach,
    again,
    colleagues,
    discard: (id: string) => local({ t: 'discard', client_id: id }),
    seen: (thread: string, seq: number) => local({ t: 'seen', thread, seq }),
    setLive: (thread: string, l: LiveState) => local({ t: 'live', thread, live: l }),
    setRow: (row: Row) => local({ t: 'row', row }),
    mentionsSeen: (thread: string) => local({ t: 'mentions_seen', thread }),
    tick: () => local({ t: 'tick' }),
    typing: (thread: string, on: boolean) => socket?.send({ t: 'typing', thread, on }),
    /** Every frame after it was applied, for what is no state: sounds, words said aloud. Gives the way to stop. */
    follow(f: (frame: ServerFrame) => void): () => void {
      followers.add(f);
      return () => followers.delete(f);
    },
  };
});
