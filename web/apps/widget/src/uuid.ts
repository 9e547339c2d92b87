let before = 0;

/** A UUIDv7; within one page each is greater than the one before, so that sorting by id is sorting by writing. */
export function uuid7(now: number = Date.now()): string {
  before = Math.max(now, before + 1);
  const b = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, t = before; i >= 0; i--, t = Math.floor(t / 256)) b[i] = t % 256;
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x70;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...b].map((x) => x.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
