/**
 * A UUIDv7: 48 bits of milliseconds, then chance; sortable by time. Ids made in the same millisecond stay in order by a counter
 * in the 12 bits behind the time.
 */
let lastMs = 0;
let counter = 0;

export function uuidv7(
  now: number = Date.now(),
  random: Uint8Array = crypto.getRandomValues(new Uint8Array(10)),
): string {
  let ms = Math.floor(now);
  if (ms > lastMs) {
    lastMs = ms;
    counter = ((random[0]! << 8) | random[1]!) & 0x7ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    ms = lastMs;
  }
  const time = ms.toString(16).padStart(12, '0');
  const rest = Array.from(random.subarray(2, 10), (b) => b.toString(16).padStart(2, '0')).join('');
  const variant = ((parseInt(rest[0]!, 16) & 0x3) | 0x8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${variant}${rest.slice(1, 4)}-${rest.slice(4, 16)}`;
}
