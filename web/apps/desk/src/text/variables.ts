/** Names of the variables of phrases as people write them, in either language of the page (R-PHRASE-07). */
export const variables = {
  buyer: '买家',
  agent: '客服',
  shop: '店铺',
  order: '订单号',
  amount: '金额',
  courier: '快递',
  ship_date: '发货日',
  size: '尺码',
};
