/** What stands for the variables in a conversation, asked once for a while. */
import { must } from '@yingke/api';
import { api } from '../../realtime/api';
import type { Facts } from './fill';

/** An order or a name may change: asked anew after so long, ms. */
const FRESH_MS = 30_000;
let last: { thread: string; at: number; facts: Promise<Facts> } | null = null;

/** The values of a conversation; none when the house does not answer, and then every variable is a hole. */
export function factsOf(thread: string): Promise<Facts> {
  if (last && last.thread === thread && Date.now() - last.at < FRESH_MS) return last.facts;
  const facts = must(api.GET('/api/v1/phrase/facts', { params: { query: { thread } } })).catch((): Facts => {
    last = null;
    return {};
  });
  last = { thread, at: Date.now(), facts };
  return facts;
}
