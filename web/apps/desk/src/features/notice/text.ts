/** The words of notices. */
import { computed, type ComputedRef } from 'vue';
import { lang } from '../../text';
import { noticeEn } from '../../text/notice.en';
import { noticeZh, type NoticeText } from '../../text/notice.zh-CN';

const words = computed(() => (lang.value === 'en' ? noticeEn : noticeZh));

export function useNoticeText(): ComputedRef<NoticeText> {
  return words;
}
