/** Words of the bubble. Apart from the chat's, so that a shop's page loads only these. */
export const loaderText = {
  'zh-CN': { open: '联系客服', unread: (n: number): string => `联系客服，${n}条新消息` },
  en: { open: 'Chat with us', unread: (n: number): string => `Chat with us, ${n} new` },
};
