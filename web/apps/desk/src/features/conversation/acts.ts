/** What an agent does to a conversation. Every act is asked of the server; its answer is the new state. */
import { asRefused, must, type LiveState, type Row } from '@yingke/api';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import { toast } from '../../layout/toast';
import { sentence } from '../../text';

type Answer = Promise<{ data?: LiveState; error?: unknown; response: Response }>;

/** Runs an act and takes its answer; a refusal is said and given as false. */
async function run(thread: string, call: Answer): Promise<boolean> {
  try {
    useDesk().setLive(thread, await must(call));
    return true;
  } catch (error) {
    toast(sentence(asRefused(error)), 'wrong');
    return false;
  }
}

const at = (thread: string) => ({ params: { path: { thread } } });

export const take = (row: Row): Promise<boolean> =>
  run(row.thread, api.POST('/api/v1/conversation/threads/{thread}/take', at(row.thread)));

export const close = (row: Row): Promise<boolean> =>
  run(row.thread, api.POST('/api/v1/conversation/threads/{thread}/close', at(row.thread)));

export const waive = (row: Row): Promise<boolean> =>
  run(row.thread, api.POST('/api/v1/conversation/threads/{thread}/waive', at(row.thread)));

/** To a colleague, or back to the queue with `to` null. */
export const transfer = (row: Row, to: string | null, note: string): Promise<boolean> =>
  run(
    row.thread,
    api.POST('/api/v1/conversation/threads/{thread}/transfer', { ...at(row.thread), body: { to, note } }),
  );

export const recall = (thread: string, seq: number): Promise<boolean> =>
  run(thread, api.POST('/api/v1/conversation/threads/{thread}/recall', { ...at(thread), body: { seq } }));
