/** Words and codes by which the platforms name a state, as the house reads them, too. */
export const SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  awaiting_payment: [
    '等待买家付款',
    '没有创建支付宝交易',
    '国际信用卡付款确认中',
    '待付款',
    'TRADE_NO_CREATE_PAY',
    'WAIT_BUYER_PAY',
    'PAY_PENDING',
  ],
  awaiting_shipment: [
    '买家已付款，等待卖家发货',
    '等待卖家发货',
    '等待卖家发货（已付款）',
    '待发货',
    '拼团中',
    'WAIT_SELLER_SEND_GOODS',
    'PAID_FORBID_CONSIGN',
    'WAIT_PRE_AUTH_CONFIRM',
  ],
  partly_shipped: ['卖家部分发货', 'SELLER_CONSIGNED_PART'],
  shipped: ['卖家已发货，等待买家确认', '等待买家确认收货', '已发货待确认', '已发货', 'WAIT_BUYER_CONFIRM_GOODS'],
  signed: ['已签收', '已签收（货到付款）', 'TRADE_BUYER_SIGNED'],
  finished: ['交易成功', 'TRADE_FINISHED'],
  closed: ['交易关闭', '付款后退款成功而关闭', '付款前关闭', 'TRADE_CLOSED', 'TRADE_CLOSED_BY_TAOBAO'],
};

/** Signs that some files have narrow and others wide. */
export const SIGNS: Readonly<Record<string, string>> = { ',': '，', '(': '（', ')': '）' };
