//! The order lists that we read: which columns each has and what its amounts mean.

use crate::cells::header_key;
use std::collections::HashSet;

/// One layout of an order list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Layout {
    /// Its name in import results.
    pub name: &'static str,
    /// The platform of its orders.
    pub platform: &'static str,
    /// Its columns in the platform's order. Files may order them otherwise.
    pub columns: Vec<&'static str>,
    /// The columns without which a file is not read.
    pub required: Vec<&'static str>,
    /// What its amounts mean.
    pub amounts: &'static str,
}

/// Whether the paid amount still holds what was refunded later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paid {
    /// Before refunds.
    Gross,
    /// After refunds.
    Net,
}

/// What a column is to us. Columns without a meaning of their own are kept by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Number,
    Buyer,
    Total,
    Paid,
    State,
    Message,
    Receiver,
    Address,
    Telephone,
    Mobile,
    Created,
    PaidAt,
    Title,
    Quantity,
    Tracking,
    Carrier,
    Note,
    ClosedReason,
    Shipped,
    Signed,
    Refund,
}

impl Field {
    /// How many there are; `Refund` is the last.
    pub(crate) const COUNT: usize = Self::Refund as usize + 1;
}

/// Columns with a meaning, by the name that the platform writes.
const FIELDS: &[(&str, Field)] = &[
    ("订单编号", Field::Number),
    ("买家会员名", Field::Buyer),
    ("总金额", Field::Total),
    ("买家实际支付金额", Field::Paid),
    ("订单状态", Field::State),
    ("买家留言", Field::Message),
    ("收货人姓名", Field::Receiver),
    ("收货地址", Field::Address),
    ("联系电话", Field::Telephone),
    ("联系手机", Field::Mobile),
    ("订单创建时间", Field::Created),
    ("订单付款时间", Field::PaidAt),
    ("宝贝标题", Field::Title),
    ("宝贝总数量", Field::Quantity),
    ("物流单号", Field::Tracking),
    ("物流公司", Field::Carrier),
    ("订单备注", Field::Note),
    ("订单关闭原因", Field::ClosedReason),
    ("发货时间", Field::Shipped),
    ("确认收货时间", Field::Signed),
    ("退款金额", Field::Refund),
];

/// The platform's list before 2014; each generation after it adds columns.
const UNTIL_2014: &[&str] = &[
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址",
    "运送方式",
    "联系电话",
    "联系手机",
    "订单创建时间",
    "订单付款时间",
    "宝贝标题",
    "宝贝种类",
    "物流单号",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
];
const SINCE_2017: &[&str] = &[
    "发票抬头",
    "是否手机订单",
    "分阶段订单信息",
    "特权订金订单id",
    "是否上传合同照片",
    "是否上传小票",
    "是否代付",
    "定金排名",
    "修改后的sku",
    "修改后的收货地址",
    "异常信息",
    "天猫卡券抵扣",
    "集分宝抵扣",
    "是否是O2O交易",
    "退款金额",
    "预约门店",
];
/// Stand after 买家支付宝账号.
const SINCE_2018_PAYMENT: &[&str] = &["支付单号", "支付详情"];
/// Stand after 是否是O2O交易.
const SINCE_2018_RETAIL: &[&str] = &[
    "新零售交易类型",
    "新零售导购门店名称",
    "新零售导购门店id",
    "新零售发货门店名称",
    "新零售发货门店id",
];
const SINCE_2018_END: &[&str] = &["确认收货时间", "打款商家金额", "含应开票给个人的个人红包"];
const ONLY_61: &[&str] = &[
    "是否信用购",
    "体验期结束时间",
    "前N有礼",
    "配送类型",
    "主订单编号",
];
const REPORT_7: &[&str] = &[
    "订单编号",
    "总金额",
    "买家实际支付金额",
    "收货地址",
    "订单创建时间",
    "订单付款时间",
    "退款金额",
];
/// What an order list needs to be one.
const LIST_REQUIRED: &[&str] = &[
    "订单编号",
    "买家会员名",
    "总金额",
    "买家实际支付金额",
    "订单状态",
    "订单创建时间",
    "订单付款时间",
];

const LIST_AMOUNTS: &str = "买家实际支付金额 is what the buyer paid, before refunds: gross = 买家实际支付金额, \
     refund = 退款金额 (0 where the column is missing), net = gross - refund; paid means a payment time";
const REPORT_AMOUNTS: &str = "买家实际支付金额 is what is left after refunds: net = 买家实际支付金额, refund = 退款金额, \
     gross = net + refund, never above 总金额; paid means a payment time";

/// A layout with what only the reader needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) platform: &'static str,
    pub(crate) paid: Paid,
}

const fn list(name: &'static str) -> Shape {
    Shape {
        name,
        platform: "taobao",
        paid: Paid::Gross,
    }
}
const LIST_2014: Shape = list("taobao-order-list-2014");
const LIST_2017: Shape = list("taobao-order-list-2017");
const LIST_2018: Shape = list("taobao-order-list-2018");
const LIST_61: Shape = list("taobao-order-list-61");
const REPORT: Shape = Shape {
    name: "tmall-report-7",
    platform: "tmall",
    paid: Paid::Net,
};

/// Every layout that [`super::open`] reads.
pub fn layouts() -> Vec<Layout> {
    let list = |shape: Shape, columns: Vec<&'static str>| Layout {
        name: shape.name,
        platform: shape.platform,
        columns,
        required: LIST_REQUIRED.to_vec(),
        amounts: LIST_AMOUNTS,
    };
    let of_2014 = UNTIL_2014.to_vec();
    let of_2017 = [UNTIL_2014, SINCE_2017].concat();
    let mut of_2018 = Vec::new();
    for name in of_2017.iter().copied() {
        of_2018.push(name);
        match name {
            "买家支付宝账号" => of_2018.extend(SINCE_2018_PAYMENT),
            "是否是O2O交易" => of_2018.extend(SINCE_2018_RETAIL),
            _ => {}
        }
    }
    of_2018.extend(SINCE_2018_END);
    let of_61 = [of_2018.as_slice(), ONLY_61].concat();
    vec![
        list(LIST_2014, of_2014),
        list(LIST_2017, of_2017),
        list(LIST_2018, of_2018),
        list(LIST_61, of_61),
        Layout {
            name: REPORT.name,
            platform: REPORT.platform,
            columns: REPORT_7.to_vec(),
            required: REPORT_7.to_vec(),
            amounts: REPORT_AMOUNTS,
        },
    ]
}

/// What a row of header cells is.
#[derive(Debug, PartialEq)]
pub(crate) enum Match {
    /// A header that we read.
    Known(Shape),
    /// A header of another file that the platforms export.
    Other { what: &'static str, mend: &'static str },
    /// A header, but not of a layout that we know.
    Near {
        shared: usize,
        closest: &'static str,
        missing: Vec<String>,
        extra: Vec<String>,
    },
    /// No header.
    No,
}

pub(crate) fn recognise(cells: &[String]) -> Match {
    let keys: HashSet<String> = cells
        .iter()
        .map(|c| header_key(c))
        .filter(|k| !k.is_empty())
        .collect();
    let has = |name: &str| keys.contains(&header_key(name));
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    let missing = |names: &[&str]| -> Vec<String> {
        names
            .iter()
            .filter(|name| !has(name))
            .map(|name| (*name).to_owned())
            .collect()
    };
    if missing(LIST_REQUIRED).is_empty() {
        return Match::Known(if any(ONLY_61) {
            LIST_61
        } else if any(SINCE_2018_PAYMENT) || any(SINCE_2018_RETAIL) || any(SINCE_2018_END) {
            LIST_2018
        } else if any(SINCE_2017) {
            LIST_2017
        } else {
            LIST_2014
        });
    }
    let report: HashSet<String> = REPORT_7.iter().map(|name| header_key(name)).collect();
    let lacking = missing(REPORT_7);
    // With more columns the paid amount may mean something else, so this layout is taken only when it is exactly this.
    if lacking.is_empty() && keys.len() == report.len() {
        return Match::Known(REPORT);
    }
    let other = |what, mend| Match::Other { what, mend };
    let order_list = "export the order list (订单报表, order level) as CSV and import that";
    if has("退款编号") {
        return other(
            "a refund export",
            "`import orders` reads order lists; refunds are another kind of file",
        );
    }
    if has("京东价") || (has("订单号") && has("下单帐号")) {
        return other(
            "a JD order file",
            "this version reads the order lists of Taobao and Tmall",
        );
    }
    if has("订单号") && (has("商品总价") || has("用户实付金额")) {
        return other(
            "a Pinduoduo order file",
            "this version reads the order lists of Taobao and Tmall",
        );
    }
    if (has("标题") && has("购买数量")) || has("子订单编号") {
        return other("an item-level list (ExportOrderDetailList)", order_list);
    }
    if has("订单编号") && has("买家实付金额") {
        return other("an export with columns of the shop's own choice", order_list);
    }
    let list: HashSet<String> = layouts()[3].columns.iter().map(|name| header_key(name)).collect();
    let shared = keys.intersection(&list).count();
    if shared < 2 {
        return Match::No;
    }
    let list_missing = missing(LIST_REQUIRED);
    if lacking.len() < list_missing.len() || lacking.is_empty() {
        let extra = cells
            .iter()
            .map(|c| c.trim())
            .filter(|c| !header_key(c).is_empty() && !report.contains(&header_key(c)));
        let extra = extra.map(str::to_owned).collect();
        return Match::Near {
            shared,
            closest: REPORT.name,
            missing: lacking,
            extra,
        };
    }
    Match::Near {
        shared,
        closest: LIST_2014.name,
        missing: list_missing,
        extra: Vec::new(),
    }
}

/// What a header cell means, if it has a meaning of its own.
pub(crate) fn field(cell: &str) -> Option<Field> {
    let key = header_key(cell);
    FIELDS
        .iter()
        .find(|(name, _)| header_key(name) == key)
        .map(|(_, field)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn generations_have_the_columns_they_are_named_for() {
        let sizes: Vec<(&str, usize)> = layouts().iter().map(|l| (l.name, l.columns.len())).collect();
        assert_eq!(
            sizes,
            [
                ("taobao-order-list-2014", 30),
                ("taobao-order-list-2017", 46),
                ("taobao-order-list-2018", 56),
                ("taobao-order-list-61", 61),
                ("tmall-report-7", 7)
            ]
        );
        for layout in layouts() {
            assert!(
                matches!(recognise(&cells(&layout.columns)), Match::Known(shape) if shape.name == layout.name)
            );
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let Match::Near { closest, missing, .. } = recognise(&cells(&[
            "订单编号",
            "总金额",
            "买家会员名",
            "订单状态",
            "订单创建时间",
        ])) else {
            panic!()
        };
        assert_eq!(
            (closest, missing),
            (
                "taobao-order-list-2014",
                cells(&["买家实际支付金额", "订单付款时间"])
            )
        );
        let mut eight = REPORT_7.to_vec();
        eight.push("宝贝标题");
        let Match::Near {
            closest,
            missing,
            extra,
            ..
        } = recognise(&cells(&eight))
        else {
            panic!()
        };
        assert_eq!(
            (closest, missing, extra),
            ("tmall-report-7", vec![], cells(&["宝贝标题"]))
        );
    }
}
