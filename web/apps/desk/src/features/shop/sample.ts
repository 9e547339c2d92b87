/** What variables stand for in a preview. Names of both languages are filled. */
import { shopEn } from '../../text/shop.en';
import { shopZh } from '../../text/shop.zh-CN';
import { lang } from '../../text';

/** Values by the variables' names; what the shop says of itself wins over the samples. */
export function valuesOf(shop: string, now: { week?: string; text?: string } = {}): Record<string, string> {
  const sample = lang.value === 'en' ? shopEn.sample : shopZh.sample;
  const values = { ...sample, shop, hours: now.week || sample.hours, next: now.text || sample.next };
  return Object.fromEntries(
    (Object.keys(shopZh.variables) as (keyof typeof shopZh.variables)[]).flatMap((key) => [
      [shopZh.variables[key], values[key]],
      [shopEn.variables[key], values[key]],
    ]),
  );
}
