/** Chat lines to import, in the house's own form (JSON lines). */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { House } from './house';

interface Line {
  conversation: string;
  buyer: string;
  agent: string | null;
  /** Time of day in the shop, `HH:MM:SS`. */
  at: string;
  from: 'buyer' | 'agent' | 'bot' | 'auto';
  text: string;
}

/** Writes the lines of one day to a file in the house's folder and gives its path. */
export async function chatFile(house: House, day: string, lines: readonly Line[]): Promise<string> {
  const path = join(house.data, 'chats.jsonl');
  const all = lines.map((l) => JSON.stringify({ shop: 'main', channel: 'taobao', ...l, at: `${day}T${l.at}+08:00` }));
  await writeFile(path, `${all.join('\n')}\n`);
  return path;
}

/** A morning of two accounts: 小美 answers after 15 s and after 200 s, 小雨 after 40 s. */
export const MORNING: readonly Line[] = [
  { conversation: 'a', buyer: 'tb_anna', agent: '店铺:小美', at: '10:00:00', from: 'buyer', text: '窗帘起球吗' },
  {
    conversation: 'a',
    buyer: 'tb_anna',
    agent: '店铺:小美',
    at: '10:00:15',
    from: 'agent',
    text: '这款不掉毛，洗护说明发您',
  },
  { conversation: 'b', buyer: 'tb_bo', agent: '店铺:小雨', at: '10:05:00', from: 'buyer', text: '罗马杆多长' },
  {
    conversation: 'b',
    buyer: 'tb_bo',
    agent: '店铺:小雨',
    at: '10:05:40',
    from: 'agent',
    text: '按您的窗宽加四十厘米',
  },
  { conversation: 'c', buyer: 'tb_chen', agent: '店铺:小美', at: '11:00:00', from: 'buyer', text: '能改地址吗' },
  { conversation: 'c', buyer: 'tb_chen', agent: '店铺:小美', at: '11:03:20', from: 'agent', text: '可以，还没发出' },
];
